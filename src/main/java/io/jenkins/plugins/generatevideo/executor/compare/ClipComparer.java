package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Compares one pair of clips, frame by frame as they are decoded: memory holds a few frames and a line of figures each. */
final class ClipComparer {
    private static final Set<Metric> OF_MOVEMENT = EnumSet.of(Metric.MOTION, Metric.FLICKER);
    /** Two cuts at most this far apart are the same cut. */
    private static final double SAME_CUT_SECONDS = 0.05;

    private final Set<Metric> metrics;
    private final List<Gate> gates;

    /**
     * @param metrics what is measured
     * @param gates what the figures are held against
     */
    ClipComparer(Set<Metric> metrics, List<Gate> gates) {
        this.metrics = metrics;
        this.gates = gates;
    }

    /**
     * @param listener sees every pair; only called when {@link Metric#FLIP} is measured
     * @throws ExecutorException {@code BAD_REQUEST} if the videos cannot be compared
     */
    ClipComparison compare(ClipPair clips, History history, PairListener listener) throws ExecutorException {
        try (FramePairs pairs = new FramePairs(clips.baseline(), clips.candidate());
                PairMeter meter = new PairMeter(pairs, metrics)) {
            Run run = new Run(pairs, meter);
            while (pairs.next()) {
                meter.measure();
                run.add();
                if (metrics.contains(Metric.FLIP)) {
                    listener.measured(meter.drawable());
                }
            }
            pairs.drain();
            return run.finish(clips, history);
        }
    }

    /** What is gathered while the frames go by. */
    private final class Run {
        private final FramePairs pairs;
        private final PairMeter meter;
        private final Map<Metric, MetricSeries> series = new EnumMap<>(Metric.class);
        private final List<Double> seconds = new ArrayList<>();
        private final List<Double> baselineMotion = new ArrayList<>();
        private final List<Double> candidateMotion = new ArrayList<>();
        private final TemporalAnalysis baseline = new TemporalAnalysis();
        private final TemporalAnalysis candidate = new TemporalAnalysis();
        private final FreezeDetector freezes = new FreezeDetector();
        private final FrameShift shift = new FrameShift();

        Run(FramePairs pairs, PairMeter meter) {
            this.pairs = pairs;
            this.meter = meter;
        }

        void add() {
            double now = pairs.seconds();
            seconds.add(now);
            meter.values().forEach(this::add);
            float[] baselineBlocks = meter.baselineBlocks();
            float[] candidateBlocks = meter.candidateBlocks();
            baseline.add(baselineBlocks, now);
            candidate.add(candidateBlocks, now);
            freezes.add(baseline.motion(), candidate.motion(), now);
            baselineMotion.add(baseline.motion());
            candidateMotion.add(candidate.motion());
            if (metrics.containsAll(OF_MOVEMENT)) {
                add(Metric.MOTION, Math.abs(candidate.motion() - baseline.motion()));
                add(Metric.FLICKER, Math.abs(candidate.flicker() - baseline.flicker()));
            }
            if (pairs.sameRate()) {
                shift.add(baselineBlocks, candidateBlocks, now);
            }
        }

        private void add(Metric metric, double value) {
            series.computeIfAbsent(metric, MetricSeries::new).add(value);
        }

        ClipComparison finish(ClipPair clips, History history) {
            freezes.end(pairs.baseline().frameRate().seconds(1) + seconds.get(seconds.size() - 1));
            Figures figures = new Figures();
            series.values().forEach(figures::add);
            List<ClipComparison.Event> events = new ArrayList<>();
            length(figures, events);
            shifts(figures, events);
            frozen(figures, events);
            cuts(figures, events);
            events.sort(Comparator.comparingDouble(ClipComparison.Event::seconds));
            List<Gate.Result> results =
                    gates.stream().map(gate -> gate.judge(figures.get(gate.figure()), history)).toList();
            boolean identical = meter.identical() && figures.get(Figures.MISSING_FRAMES) == 0 && pairs.sameRate();
            boolean passed = results.stream().allMatch(Gate.Result::passed);
            Verdict verdict =
                    identical ? Verdict.IDENTICAL : passed ? Verdict.WITHIN_TOLERANCE : Verdict.CHANGED;
            Explanation explanation = Explanation.of(
                    Explanation.manifestOf(clips.baseline()), Explanation.manifestOf(clips.candidate()), identical);
            return new ClipComparison(
                    clips,
                    verdict,
                    null,
                    side(pairs.baseline(), baseline, baselineMotion),
                    side(pairs.candidate(), candidate, candidateMotion),
                    seconds,
                    List.copyOf(series.values()),
                    figures,
                    events,
                    explanation,
                    results,
                    Map.of());
        }

        private ClipComparison.Side side(ClipDecoder decoder, TemporalAnalysis analysis, List<Double> motion) {
            return new ClipComparison.Side(
                    decoder.file(),
                    decoder.width(),
                    decoder.height(),
                    decoder.frameRate().toString(),
                    decoder.frames(),
                    decoder.codecName(),
                    analysis.cuts(),
                    motion);
        }

        /** Frames of the longer video, in its own count, that have no counterpart. */
        private void length(Figures figures, List<ClipComparison.Event> events) {
            double baselineEnd = pairs.baseline().frameRate().seconds(pairs.baseline().frames());
            double candidateEnd = pairs.candidate().frameRate().seconds(pairs.candidate().frames());
            ClipDecoder longer = baselineEnd >= candidateEnd ? pairs.baseline() : pairs.candidate();
            // With different frame rates the ends may differ by less than a frame and mean the same.
            long missing = (long) Math.floor(Math.abs(baselineEnd - candidateEnd) / longer.frameRate().seconds(1) + 0.01);
            figures.put(Figures.MISSING_FRAMES, missing);
            if (missing > 0) {
                double from = Math.min(baselineEnd, candidateEnd);
                events.add(event(
                        from,
                        Figures.MISSING_FRAMES,
                        "the %s ends %d frame(s) before the %s",
                        longer == pairs.baseline() ? "candidate" : "baseline",
                        missing,
                        longer == pairs.baseline() ? "baseline" : "candidate"));
            }
        }

        private void shifts(Figures figures, List<ClipComparison.Event> events) {
            int dropped = 0;
            int repeated = 0;
            for (FrameShift.Event event : shift.events()) {
                int frames = Math.abs(event.frames());
                if (event.frames() > 0) {
                    dropped += frames;
                    events.add(event(
                            event.seconds(), Figures.DROPPED_FRAMES, "the candidate has dropped %d frame(s)", frames));
                } else {
                    repeated += frames;
                    events.add(event(
                            event.seconds(), Figures.REPEATED_FRAMES, "the candidate has repeated %d frame(s)", frames));
                }
            }
            figures.put(Figures.DROPPED_FRAMES, dropped);
            figures.put(Figures.REPEATED_FRAMES, repeated);
        }

        private void frozen(Figures figures, List<ClipComparison.Event> events) {
            double frozen = 0;
            for (FreezeDetector.Freeze freeze : freezes.freezes()) {
                frozen += freeze.seconds();
                events.add(event(
                        freeze.from(),
                        Figures.FROZEN_SECONDS,
                        "the candidate stands still for %.2f s, the baseline does not",
                        freeze.seconds()));
            }
            figures.put(Figures.FROZEN_SECONDS, frozen);
        }

        private void cuts(Figures figures, List<ClipComparison.Event> events) {
            int differences = onlyIn("candidate", candidate.cuts(), baseline.cuts(), events)
                    + onlyIn("baseline", baseline.cuts(), candidate.cuts(), events);
            figures.put(Figures.SCENE_CUT_DIFFERENCES, differences);
        }

        private int onlyIn(String side, List<Double> cuts, List<Double> others, List<ClipComparison.Event> events) {
            int count = 0;
            for (double cut : cuts) {
                if (others.stream().noneMatch(other -> Math.abs(other - cut) < SAME_CUT_SECONDS)) {
                    count++;
                    events.add(event(cut, Figures.SCENE_CUT_DIFFERENCES, "only the %s cuts to another scene", side));
                }
            }
            return count;
        }

        private static ClipComparison.Event event(double seconds, String kind, String sentence, Object... arguments) {
            String at = String.format(Locale.ROOT, "At %.2f s ", seconds);
            return new ClipComparison.Event(
                    seconds, kind, at + String.format(Locale.ROOT, sentence, arguments) + ".");
        }
    }
}
