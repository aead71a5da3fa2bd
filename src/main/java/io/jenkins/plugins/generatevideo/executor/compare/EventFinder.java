package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Puts into words, and into figures, what happens at certain times of one clip and not of the other. */
final class EventFinder {
    /** Two cuts at most this far apart are the same cut. */
    private static final double SAME_CUT_SECONDS = 0.05;

    private final Figures figures;
    private final List<ClipComparison.Event> events = new ArrayList<>();

    /** @param figures gets the counts */
    EventFinder(Figures figures) {
        this.figures = figures;
    }

    /** Frames of the longer video, in its own count, that have no counterpart; both are decoded to their ends. */
    EventFinder length(ClipDecoder baseline, ClipDecoder candidate) {
        double baselineEnd = baseline.frameRate().seconds(baseline.frames());
        double candidateEnd = candidate.frameRate().seconds(candidate.frames());
        ClipDecoder longer = baselineEnd >= candidateEnd ? baseline : candidate;
        // With different frame rates the ends may differ by less than a frame and mean the same.
        double frames =
                Math.abs(baselineEnd - candidateEnd) / longer.frameRate().seconds(1);
        long missing = (long) Math.floor(frames + 0.01);
        figures.put(ComparisonFigure.MISSING_FRAMES, missing);
        if (missing > 0) {
            String shorter = longer == baseline ? "candidate" : "baseline";
            String other = longer == baseline ? "baseline" : "candidate";
            add(
                    Math.min(baselineEnd, candidateEnd),
                    ComparisonFigure.MISSING_FRAMES,
                    "the " + shorter + " ends " + missing + " frame(s) before the " + other);
        }
        return this;
    }

    EventFinder shifts(List<FrameShift.Event> shifts) {
        int dropped = 0;
        int repeated = 0;
        for (FrameShift.Event shift : shifts) {
            int frames = Math.abs(shift.frames());
            if (shift.frames() > 0) {
                dropped += frames;
                add(
                        shift.seconds(),
                        ComparisonFigure.DROPPED_FRAMES,
                        "the candidate has dropped " + frames + " frame(s)");
            } else {
                repeated += frames;
                add(
                        shift.seconds(),
                        ComparisonFigure.REPEATED_FRAMES,
                        "the candidate has repeated " + frames + " frame(s)");
            }
        }
        figures.put(ComparisonFigure.DROPPED_FRAMES, dropped);
        figures.put(ComparisonFigure.REPEATED_FRAMES, repeated);
        return this;
    }

    EventFinder freezes(List<FreezeDetector.Freeze> freezes) {
        double frozen = 0;
        for (FreezeDetector.Freeze freeze : freezes) {
            frozen += freeze.seconds();
            String length = String.format(Locale.ROOT, "%.2f s", freeze.seconds());
            add(
                    freeze.from(),
                    ComparisonFigure.FROZEN_SECONDS,
                    "the candidate stands still for " + length + ", the baseline does not");
        }
        figures.put(ComparisonFigure.FROZEN_SECONDS, frozen);
        return this;
    }

    /** Cuts that only one of both has, in seconds. */
    EventFinder cuts(List<Double> baseline, List<Double> candidate) {
        int differences = onlyIn("candidate", candidate, baseline) + onlyIn("baseline", baseline, candidate);
        figures.put(ComparisonFigure.SCENE_CUT_DIFFERENCES, differences);
        return this;
    }

    private int onlyIn(String side, List<Double> cuts, List<Double> others) {
        int count = 0;
        for (double cut : cuts) {
            if (others.stream().noneMatch(other -> Math.abs(other - cut) < SAME_CUT_SECONDS)) {
                count++;
                add(cut, ComparisonFigure.SCENE_CUT_DIFFERENCES, "only the " + side + " cuts to another scene");
            }
        }
        return count;
    }

    private void add(double seconds, String kind, String what) {
        events.add(new ClipComparison.Event(
                seconds, kind, String.format(Locale.ROOT, "At %.2f s ", seconds) + what + "."));
    }

    /** What was found, in the order of time. */
    List<ClipComparison.Event> inOrder() {
        events.sort(Comparator.comparingDouble(ClipComparison.Event::seconds));
        return List.copyOf(events);
    }
}
