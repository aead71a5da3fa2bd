package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Path;

/** A process that unpacks an archive and never gets past its first piece, until it is stopped. */
final class StalledUnpacking {
    private StalledUnpacking() {}

    public static void main(String[] arguments) throws ExecutorException {
        BundleArchive.unpack(
                Path.of(arguments[0]), Path.of(arguments[1]), UnpackLimits.standard(), (file, done, total) -> {
                    System.out.println("writing");
                    try {
                        Thread.sleep(Long.MAX_VALUE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
