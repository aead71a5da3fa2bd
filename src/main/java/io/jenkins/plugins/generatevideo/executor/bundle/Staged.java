package io.jenkins.plugins.generatevideo.executor.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A file or folder at work that goes away when closed, unless it was moved to its final name. When the process is told to
 * stop, the thread that made it is interrupted and has a moment to close it.
 */
final class Staged implements AutoCloseable {
    private static final long PATIENCE_MILLISECONDS = 1500;

    private final Path path;
    private final Thread worker = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopWorker, "staged-files");

    private Staged(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    static Staged folder(Path parent, String prefix) throws IOException {
        Files.createDirectories(parent);
        return new Staged(Files.createTempDirectory(parent, prefix));
    }

    static Staged file(Path parent, String prefix) throws IOException {
        Files.createDirectories(parent);
        return new Staged(Files.createTempFile(parent, prefix, ""));
    }

    Path path() {
        return path;
    }

    private void stopWorker() {
        worker.interrupt();
        try {
            closed.await(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the hook is what led here
        }
    }
}
