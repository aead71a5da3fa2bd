package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.executor.bundle.BundleLibrary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where commands look for engine bundles. */
final class BundleOptions {
    /** Set by whoever starts the program: the folder of the embedded bundles. */
    private static final String EMBEDDED = "generate-video.bundles";

    @Option(
            names = "--bundles",
            paramLabel = "DIR",
            description =
                    "A folder that holds engine bundles; looked at before $GENERATE_VIDEO_BUNDLES and the embedded"
                            + " ones. Can be given several times.")
    private List<Path> folders = new ArrayList<>();

    BundleLibrary library() {
        return BundleLibrary.of(folders, System.getenv(), Path.of(System.getProperty(EMBEDDED, "trt-engines")));
    }
}
