package io.jenkins.plugins.generatevideo.executor.compare;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Finds frames that the candidate has dropped or repeated: from there on its frames look like later or earlier ones of the
 * baseline. It follows shifts of up to three frames in all.
 */
final class FrameShift {
    private static final int FARTHEST = 3;
    /** Below this difference, in levels of 255, frames are taken for equal, as after another encoding. */
    private static final double SAME = 0.1;
    /** Another frame must be this much nearer than the one expected. */
    private static final double MUCH_NEARER = 0.5;
    /** And so for this many frames in a row. */
    private static final int CONFIRMATIONS = 2;

    private final Deque<float[]> baseline = new ArrayDeque<>();
    private final Deque<float[]> candidate = new ArrayDeque<>();
    private final Deque<Double> times = new ArrayDeque<>();
    private final List<Event> events = new ArrayList<>();
    private int shift;
    private int suspected;
    private int confirmations;
    private double suspectedSince;

    /**
     * A change of the shift.
     *
     * @param seconds where in the candidate
     * @param frames dropped if positive, repeated if negative
     */
    record Event(double seconds, int frames) {}

    void add(float[] baselineBlocks, float[] candidateBlocks, double seconds) {
        baseline.addLast(baselineBlocks);
        candidate.addLast(candidateBlocks);
        times.addLast(seconds);
        if (baseline.size() > 2 * FARTHEST + 1) {
            baseline.removeFirst();
            candidate.removeFirst();
            times.removeFirst();
        }
        if (baseline.size() == 2 * FARTHEST + 1) {
            look();
        }
    }

    private void look() {
        float[] middle = at(candidate, FARTHEST);
        double expected = LumaBlocks.distance(middle, at(baseline, FARTHEST + shift));
        int best = shift;
        double nearest = expected;
        int position = -FARTHEST;
        for (float[] frame : baseline) {
            double distance = LumaBlocks.distance(middle, frame);
            if (distance < nearest) {
                nearest = distance;
                best = position;
            }
            position++;
        }
        if (best == shift || expected < SAME || nearest > MUCH_NEARER * expected) {
            confirmations = 0;
            return;
        }
        if (confirmations == 0 || best != suspected) {
            suspected = best;
            confirmations = 0;
            suspectedSince = at(times, FARTHEST);
        }
        confirmations++;
        if (confirmations == CONFIRMATIONS) {
            events.add(new Event(suspectedSince, suspected - shift));
            shift = suspected;
            confirmations = 0;
        }
    }

    private static <T> T at(Deque<T> queue, int index) {
        Iterator<T> iterator = queue.iterator();
        for (int i = 0; i < index; i++) {
            iterator.next();
        }
        return iterator.next();
    }

    List<Event> events() {
        return List.copyOf(events);
    }
}
