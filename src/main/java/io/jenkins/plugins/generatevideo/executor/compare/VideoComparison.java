package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares a baseline with a candidate and writes what a build and a person need: {@code comparison.json}, {@code
 * junit.xml}, and for each clip a side-by-side video, its worst frames and a plot.
 */
public final class VideoComparison {
    private final CompareOptions options;
    private final ComparisonObserver observer;

    public VideoComparison(CompareOptions options, ComparisonObserver observer) {
        this.options = options;
        this.observer = observer;
    }

    /**
     * What came out.
     *
     * @param clips one comparison for each pair, in the order of names
     */
    public record Result(List<ClipComparison> clips) {
        /** The worst level of all clips. */
        public Level level() {
            return clips.stream().map(ClipComparison::level).reduce(Level.PASSED, Level::or);
        }

        /** {@code DONE}, or {@code BELOW_THRESHOLD} if a gate was not passed, whatever its level. */
        public ExitCode exitCode() {
            return level() == Level.PASSED ? ExitCode.DONE : ExitCode.BELOW_THRESHOLD;
        }
    }

    /**
     * Compares clip with clip, manifest with manifest or folder with folder.
     *
     * @param output a folder, created if it is not there
     * @throws ExecutorException {@code BAD_REQUEST} if there is nothing to compare, or if a single pair cannot be compared;
     *     in a folder such a pair is reported and the others are compared
     */
    public Result compare(Path baseline, Path candidate, Path output) throws ExecutorException {
        List<ClipPair> pairs = ClipPair.find(baseline, candidate);
        create(output);
        List<ClipComparison> clips = new ArrayList<>();
        for (ClipPair pair : pairs) {
            int number = clips.size() + 1;
            observer.compared(pair.name(), number, pairs.size(), 0);
            PairListener counted = frame -> observer.compared(pair.name(), number, pairs.size(), frame.index() + 1);
            clips.add(compare(pair, output, Files.isDirectory(candidate), counted));
        }
        Result result = new Result(List.copyOf(clips));
        ComparisonReport.write(output.resolve("comparison.json"), result);
        JunitReport.write(output.resolve("junit.xml"), result);
        return result;
    }

    private ClipComparison compare(ClipPair pair, Path output, boolean several, PairListener counted)
            throws ExecutorException {
        if (pair.baseline() == null) {
            return ClipComparison.notCompared(pair, "There is no baseline for \"" + pair.name() + "\": it is new.");
        }
        if (pair.candidate() == null) {
            return ClipComparison.notCompared(
                    pair, "The candidate has no \"" + pair.name() + "\", which the baseline has: make it again.");
        }
        try {
            Path folder = several ? output.resolve(pair.name()) : output;
            return compareBoth(pair, folder, several ? pair.name() + "/" : "", counted);
        } catch (ExecutorException e) {
            if (several && e.exitCode() == ExitCode.BAD_REQUEST) {
                return ClipComparison.notCompared(pair, e.getMessage());
            }
            throw e;
        }
    }

    private ClipComparison compareBoth(ClipPair pair, Path folder, String prefix, PairListener counted)
            throws ExecutorException {
        ClipComparer comparer = new ClipComparer(options.metrics(), options.gates());
        History history = History.read(options.history(), pair.name());
        boolean drawn = options.pictures() && options.metrics().contains(Metric.FLIP);
        if (options.pictures()) {
            create(folder);
        }
        Map<String, List<String>> files = new LinkedHashMap<>();
        ClipComparison comparison;
        if (drawn) {
            WorstFrames worst = new WorstFrames();
            try (SideBySide sideBySide = new SideBySide(folder.resolve("side-by-side.mp4"), pace(pair))) {
                comparison = comparer.compare(pair, history, compared -> {
                    counted.measured(compared);
                    worst.measured(compared);
                    sideBySide.measured(compared);
                });
                sideBySide.finish();
            }
            files.put("sideBySide", List.of(prefix + "side-by-side.mp4"));
            files.put(
                    "worst",
                    worst.write(folder).stream().map(name -> prefix + name).toList());
        } else {
            comparison = comparer.compare(pair, history, counted);
        }
        if (options.pictures()) {
            MetricPlot.write(folder.resolve("metrics.png"), comparison);
            files.put("plot", List.of(prefix + "metrics.png"));
        }
        return comparison.withFiles(files);
    }

    /** The slower of both frame rates: there is one pair for each of its frames. */
    private static FrameRate pace(ClipPair pair) throws ExecutorException {
        try (ClipDecoder baseline = new ClipDecoder(pair.baseline());
                ClipDecoder candidate = new ClipDecoder(pair.candidate())) {
            return baseline.frameRate().value() <= candidate.frameRate().value()
                    ? baseline.frameRate()
                    : candidate.frameRate();
        }
    }

    private static void create(Path folder) throws ExecutorException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The output folder \"" + folder + "\" cannot be created (" + e.getMessage()
                            + "): choose a folder that you may write to.",
                    e);
        }
    }
}
