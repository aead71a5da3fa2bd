package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What came out of comparing one pair of clips.
 *
 * @param pair what was compared
 * @param verdict how the candidate relates to its baseline
 * @param problem why there is no comparison, one sentence; {@code null} where there is one
 * @param baseline the baseline's video, {@code null} without comparison
 * @param candidate the candidate's video, likewise
 * @param seconds when each pair of frames is shown
 * @param series the metrics of each pair of frames, in the order of {@link Metric}
 * @param figures what they come to
 * @param events what happened at certain times, in the order of time
 * @param explanation why the clips differ
 * @param gates what each gate said
 * @param files pictures and videos that were written, by what they show, relative to the output folder
 */
public record ClipComparison(
        ClipPair pair,
        Verdict verdict,
        String problem,
        Side baseline,
        Side candidate,
        List<Double> seconds,
        List<MetricSeries> series,
        Figures figures,
        List<Event> events,
        Explanation explanation,
        List<GateResult> gates,
        Map<String, List<String>> files) {

    /**
     * One of the two videos.
     *
     * @param motion the mean change of luma from frame to frame, for each pair, in levels of 255
     */
    public record Side(
            Path file,
            int width,
            int height,
            String frameRate,
            long frames,
            String codec,
            List<Double> sceneCuts,
            List<Double> motion) {}

    /**
     * Something that a person would notice at a certain time.
     *
     * @param seconds when it begins
     * @param kind for example {@code droppedFrames}
     * @param sentence for a reader
     */
    public record Event(double seconds, String kind, String sentence) {}

    /** A pair of which one video is missing or cannot be read: there is nothing to measure, and it counts as failed. */
    static ClipComparison notCompared(ClipPair pair, String problem) {
        return new ClipComparison(
                pair,
                Verdict.NOT_COMPARED,
                problem,
                null,
                null,
                List.of(),
                List.of(),
                new Figures(),
                List.of(),
                new Explanation(Explanation.Cause.UNKNOWN, problem, List.of()),
                List.of(),
                Map.of());
    }

    /** The worst of the gates; a candidate that is missing or cannot be read has failed, one without baseline is new. */
    public Level level() {
        if (verdict == Verdict.NOT_COMPARED) {
            return pair.baseline() == null ? Level.PASSED : Level.FAILED;
        }
        return gates.stream().map(GateResult::level).reduce(Level.PASSED, Level::or);
    }

    ClipComparison withFiles(Map<String, List<String>> written) {
        return new ClipComparison(
                pair,
                verdict,
                problem,
                baseline,
                candidate,
                seconds,
                series,
                figures,
                events,
                explanation,
                gates,
                written);
    }
}
