package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares one pair of clips, frame by frame as they are decoded: memory holds a few frames and a line of figures each. */
final class ClipComparer {
    private static final Set<Metric> OF_MOVEMENT = EnumSet.of(Metric.MOTION, Metric.FLICKER);

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
     * @param listener sees every pair
     * @throws ExecutorException {@code BAD_REQUEST} if the videos cannot be compared
     */
    ClipComparison compare(ClipPair clips, History history, PairListener listener) throws ExecutorException {
        try (FramePairs pairs = new FramePairs(clips.baseline(), clips.candidate());
                PairMeter meter = new PairMeter(pairs, metrics)) {
            Run run = new Run(pairs, meter);
            while (pairs.next()) {
                meter.measure();
                run.add();
                listener.measured(meter.drawable());
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
            List<ClipComparison.Event> events = new EventFinder(figures)
                    .length(pairs.baseline(), pairs.candidate())
                    .shifts(shift.events())
                    .freezes(freezes.freezes())
                    .cuts(baseline.cuts(), candidate.cuts())
                    .inOrder();
            List<GateResult> results = gates.stream()
                    .map(gate -> GateResult.of(gate, figures.get(gate.figure()), history))
                    .toList();
            boolean identical =
                    meter.identical() && figures.get(ComparisonFigure.MISSING_FRAMES) == 0 && pairs.sameRate();
            boolean passed = results.stream().allMatch(GateResult::passed);
            Verdict verdict = identical ? Verdict.IDENTICAL : passed ? Verdict.WITHIN_TOLERANCE : Verdict.CHANGED;
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
    }
}
