package io.jenkins.plugins.generatevideo.executor.bundle;

/**
 * How large an archive may become, so that a small hostile file cannot fill a disk.
 *
 * @param totalBytes all files together
 * @param fileBytes one file
 * @param entries files and folders
 * @param ratio unpacked size over packed size; weights hardly compress, so real bundles stay below 3; not applied below 64
 *     MB
 */
public record UnpackLimits(long totalBytes, long fileBytes, int entries, int ratio) {
    static final long RATIO_FREE_BYTES = 64L << 20;

    public UnpackLimits {
        Check.range(totalBytes, 1, Long.MAX_VALUE, "totalBytes");
        Check.range(fileBytes, 1, totalBytes, "fileBytes");
        Check.range(entries, 1, Integer.MAX_VALUE, "entries");
        Check.range(ratio, 1, Integer.MAX_VALUE, "ratio");
    }

    /** Twice of what the largest open video model of 2026 needs: 128 GB in files of up to 64 GB. */
    public static UnpackLimits standard() {
        return new UnpackLimits(128L << 30, 64L << 30, 1000, 100);
    }
}
