package io.jenkins.plugins.generatevideo.executor.video;

/**
 * How faithfully a clip is encoded.
 *
 * @param quantiser the quantisation parameter of H.264 for every frame, 12 (finest that OpenH264 does) to 51 (smallest
 *     file); 6 more double the step between two levels of a coefficient
 * @param keyFrameSeconds the longest time between two key frames, in seconds: how precisely a player can seek cheaply,
 *     and how long a trace of what moved away may stay
 */
public record EncodingQuality(int quantiser, double keyFrameSeconds) {
    /** Differences from the raw frames are hardly visible, also on the flat areas of drawn scenes. */
    public static final EncodingQuality NEAR_TRANSPARENT = new EncodingQuality(12, 1);

    /** OpenH264 silently takes this for anything smaller (measured: the same bytes from 2 to 12). */
    private static final int FINEST = 12;

    private static final int COARSEST = 51;

    public EncodingQuality {
        if (quantiser < FINEST || quantiser > COARSEST) {
            throw new IllegalArgumentException(
                    "the quantiser lies between " + FINEST + " and " + COARSEST + ", not " + quantiser);
        }
        if (!(keyFrameSeconds > 0)) {
            throw new IllegalArgumentException("the time between key frames is above 0, not " + keyFrameSeconds);
        }
    }
}
