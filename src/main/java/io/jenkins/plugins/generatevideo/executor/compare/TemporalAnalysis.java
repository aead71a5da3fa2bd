package io.jenkins.plugins.generatevideo.executor.compare;

import java.util.ArrayList;
import java.util.List;

/** What happens from frame to frame in one video: motion, flicker and scene cuts. */
final class TemporalAnalysis {
    /** FFmpeg's {@code scdet}: a cut is a change that is at least this part of the range, and as much above the last. */
    private static final double CUT = 0.10 * 255;

    private final List<Double> cuts = new ArrayList<>();
    private float[] last;
    private float[] beforeLast;
    private double motion;
    private double flicker;

    /** Takes the next frame. */
    void add(float[] blocks, double seconds) {
        double lastMotion = motion;
        motion = last == null ? 0 : LumaBlocks.distance(blocks, last);
        flicker = beforeLast == null ? 0 : reversal(beforeLast, last, blocks);
        if (beforeLast != null && Math.min(motion, Math.abs(motion - lastMotion)) >= CUT) {
            cuts.add(seconds);
        }
        beforeLast = last;
        last = blocks;
    }

    /** Brightness that goes up and then down, or down and then up: the smaller of both changes, on average. */
    private static double reversal(float[] first, float[] second, float[] third) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            float before = second[i] - first[i];
            float after = third[i] - second[i];
            if (before * after < 0) {
                sum += Math.min(Math.abs(before), Math.abs(after));
            }
        }
        return sum / first.length;
    }

    /** The mean absolute change since the frame before, in levels of 255; 0 for the first frame. */
    double motion() {
        return motion;
    }

    /** How much the brightness went back after the frame before, in levels of 255; 0 for the first two frames. */
    double flicker() {
        return flicker;
    }

    /** When a new scene begins, in seconds. */
    List<Double> cuts() {
        return List.copyOf(cuts);
    }
}
