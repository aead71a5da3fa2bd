package io.jenkins.plugins.generatevideo.executor.compare;

import java.util.ArrayList;
import java.util.List;

/** Finds where the candidate stands still although its baseline moves. */
final class FreezeDetector {
    /** A picture stands still below this mean change, in levels of 255: what another encoding of one picture changes. */
    private static final double STILL = 0.1;
    /** The baseline moves if it changes this many times as much. */
    private static final double MUCH_MORE = 4;
    /** A shorter one is a repeated frame, see {@link FrameShift}. */
    private static final double SHORTEST_SECONDS = 0.25;

    private final List<Freeze> freezes = new ArrayList<>();
    private double since = -1;

    /** Where the candidate stands still, in seconds. */
    record Freeze(double from, double to) {
        double seconds() {
            return to - from;
        }
    }

    /**
     * Takes the next pair.
     *
     * @param baselineMotion the mean change since the frame before, in levels of 255
     * @param candidateMotion likewise
     */
    void add(double baselineMotion, double candidateMotion, double seconds) {
        if (candidateMotion < STILL && baselineMotion > MUCH_MORE * Math.max(candidateMotion, STILL / MUCH_MORE)) {
            if (since < 0) {
                since = seconds;
            }
        } else {
            end(seconds);
        }
    }

    /** Ends a freeze that is going on, at the end of the last frame or before one that moves. */
    void end(double seconds) {
        if (since >= 0 && seconds - since >= SHORTEST_SECONDS) {
            freezes.add(new Freeze(since, seconds));
        }
        since = -1;
    }

    List<Freeze> freezes() {
        return List.copyOf(freezes);
    }
}
