package io.jenkins.plugins.generatevideo.contract;

/** How quickly a clip was made, measured against its own length. */
public enum LatencyClass {
    /** Under 41.7 ms a frame, as 24 frames a second need. */
    REAL_TIME("real-time"),
    /** In under three times the clip's duration. */
    NEAR_REAL_TIME("near-real-time"),
    /** Anything slower. */
    BATCH("batch");

    private static final double REAL_TIME_MILLISECONDS_PER_FRAME = 41.7;
    private static final double NEAR_REAL_TIME_FACTOR = 3;

    private final String label;

    LatencyClass(String label) {
        this.label = label;
    }

    /** The name in {@code clip.json}. */
    public String label() {
        return label;
    }

    /**
     * @param millisecondsPerFrame total time over the number of frames
     * @param realTimeFactor total time over the clip's duration
     */
    public static LatencyClass of(double millisecondsPerFrame, double realTimeFactor) {
        if (millisecondsPerFrame < REAL_TIME_MILLISECONDS_PER_FRAME) {
            return REAL_TIME;
        }
        return realTimeFactor < NEAR_REAL_TIME_FACTOR ? NEAR_REAL_TIME : BATCH;
    }
}
