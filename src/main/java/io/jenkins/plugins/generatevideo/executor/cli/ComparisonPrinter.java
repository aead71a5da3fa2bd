package io.jenkins.plugins.generatevideo.executor.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.Progress;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.compare.ClipComparison;
import io.jenkins.plugins.generatevideo.executor.compare.ComparisonObserver;
import io.jenkins.plugins.generatevideo.executor.compare.GateResult;
import io.jenkins.plugins.generatevideo.executor.compare.VideoComparison;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says how far a comparison is, at most once a second, and what came out: as text in a terminal or as JSON lines. */
final class ComparisonPrinter implements ComparisonObserver {
    private static final long INTERVAL_NANOSECONDS = 1_000_000_000;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final ProgressReporter.Style style;
    private final PrintStream output;
    private final Cancellation cancellation;
    private final ObjectMapper json = new ObjectMapper();
    private long shown = System.nanoTime() - INTERVAL_NANOSECONDS;

    ComparisonPrinter(ProgressReporter.Style style, PrintStream output, Cancellation cancellation) {
        this.style = style != ProgressReporter.Style.AUTO
                ? style
                : System.console() != null ? ProgressReporter.Style.BAR : ProgressReporter.Style.JSON;
        this.output = output;
        this.cancellation = cancellation;
    }

    @Override
    public void compared(String clip, int number, int clips, long frames) throws ExecutorException {
        cancellation.check();
        long now = System.nanoTime();
        if (now - shown < INTERVAL_NANOSECONDS) {
            return;
        }
        shown = now;
        if (style == ProgressReporter.Style.BAR) {
            output.print(CLEAR_LINE + "comparing " + clip + " (" + number + " of " + clips + "), frame " + frames);
            output.flush();
        } else if (style == ProgressReporter.Style.JSON) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("stage", Progress.Stage.COMPARE.label());
            line.put("clip", clip);
            line.put("step", number);
            line.put("steps", clips);
            line.put("frames", frames);
            print(line);
        }
    }

    void finished(VideoComparison.Result result, Path folder) {
        if (style == ProgressReporter.Style.BAR) {
            output.print(CLEAR_LINE);
        }
        for (ClipComparison clip : result.clips()) {
            if (style == ProgressReporter.Style.JSON) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("clip", clip.pair().name());
                line.put("verdict", clip.verdict().key());
                line.put("level", clip.level().key());
                line.put("why", why(clip));
                line.put("gates", failed(clip));
                print(line);
            } else if (style != ProgressReporter.Style.NONE) {
                output.println(clip.pair().name() + ": " + clip.verdict().key() + ", "
                        + clip.level().key());
                if (clip.verdict() != Verdict.IDENTICAL) {
                    output.println("  " + why(clip));
                }
                failed(clip).forEach(gate -> output.println("  " + gate));
                clip.events().forEach(event -> output.println("  " + event.sentence()));
            }
        }
        if (style == ProgressReporter.Style.BAR) {
            output.println(result.level().key() + ", see " + folder.resolve("comparison.json"));
        }
    }

    private static String why(ClipComparison clip) {
        return clip.problem() != null ? clip.problem() : clip.explanation().sentence();
    }

    private static List<String> failed(ClipComparison clip) {
        return clip.gates().stream()
                .filter(gate -> !gate.passed())
                .map(GateResult::sentence)
                .toList();
    }

    private void print(Map<String, Object> line) {
        try {
            output.println(json.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("words and numbers can always be written as JSON", e);
        }
    }
}
