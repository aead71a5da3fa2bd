package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.BundleAddress;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleLibrary;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.fetch.FetchedBundles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Where commands look for engine bundles. */
final class BundleOptions {
    /** Set by whoever starts the program: the folder of the embedded bundles. */
    private static final String EMBEDDED = "generate-video.bundles";

    private static final long MEGABYTE = 1_000_000;

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

    /**
     * Opens a bundle, silently.
     *
     * @param name of a bundle, its folder, or the address of its archive, which is fetched
     */
    EngineBundle open(String name) throws ExecutorException {
        return EngineBundle.open(find(name));
    }

    /** As {@link #open(String)}, with progress for what is fetched. */
    EngineBundle open(String name, ProgressReporter.Style progress, Cancellation cancellation)
            throws ExecutorException {
        return EngineBundle.open(find(name, progress, cancellation));
    }

    /** The folder of what {@link #open(String)} opens, which may be a recipe. */
    Path find(String name) throws ExecutorException {
        return find(name, ProgressReporter.Style.NONE, new Cancellation());
    }

    private Path find(String name, ProgressReporter.Style progress, Cancellation cancellation)
            throws ExecutorException {
        if (!BundleAddress.isAddress(name)) {
            return library().find(name);
        }
        try (ProgressReporter reporter = new ProgressReporter(progress, System.out, System.err, cancellation)) {
            ProgressListener listener = (file, done, total) ->
                    reporter.progressed(Stage.FETCH, (int) (total < 0 ? 0 : done / MEGABYTE), (int)
                            (total < 0 ? 1 : Math.max(1, total / MEGABYTE)));
            return new FetchedBundles(NativeLibraries.cacheFolder(), listener, reporter::warned)
                    .get(BundleAddress.parse(name));
        } catch (IllegalArgumentException e) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, e.getMessage(), e);
        }
    }
}
