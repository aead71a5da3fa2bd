package io.jenkins.plugins.generatevideo.executor.bundle;

/** Told now and then how far work on a bundle's files has come. */
@FunctionalInterface
public interface ProgressListener {
    /** Hears nothing. */
    ProgressListener NONE = (file, done, total) -> {};

    /**
     * @param file the file at work, relative to the bundle
     * @param done bytes done of all files
     * @param total bytes of all files, or -1 where that is not known
     */
    void progressed(String file, long done, long total);
}
