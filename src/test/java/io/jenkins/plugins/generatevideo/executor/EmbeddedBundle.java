package io.jenkins.plugins.generatevideo.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The engine bundle that the project ships, for tests that generate for real. */
public final class EmbeddedBundle {
    private EmbeddedBundle() {}

    /** The folder of bundles, {@code trt-engines}. */
    public static Path library() {
        return Path.of("trt-engines").toAbsolutePath();
    }

    public static Path folder() {
        return library().resolve("shapes");
    }

    /** Copies the bundle without its training code, so that a test can damage the copy. */
    public static Path copyTo(Path parent) throws IOException {
        Path copy = Files.createDirectories(parent.resolve("shapes"));
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }
}
