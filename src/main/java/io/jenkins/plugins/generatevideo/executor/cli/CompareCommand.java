package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ComparisonGates;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.compare.CompareOptions;
import io.jenkins.plugins.generatevideo.executor.compare.VideoComparison;
import io.jenkins.plugins.generatevideo.executor.video.UnfinishedFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code compare}: holds clips against a baseline. */
@Command(
        name = "compare",
        description =
                "Compares clips with a baseline: comparison.json, junit.xml, side-by-side video, worst frames, plot.",
        mixinStandardHelpOptions = true,
        footer = "Without a threshold the default gates hold (docs/compare.md); with one, only those that are given.")
final class CompareCommand implements Callable<Integer> {
    @ParentCommand
    private GenerateVideo program;

    @Parameters(index = "0", paramLabel = "BASELINE", description = "A video, a clip.json, or a folder of videos.")
    private Path baseline;

    @Parameters(index = "1", paramLabel = "CANDIDATE", description = "Of the same kind; matched by name in folders.")
    private Path candidate;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "Where the reports will stand.")
    private Path output;

    @Option(names = "--min-psnr", paramLabel = "DB", description = "The least mean PSNR.")
    private Double minPsnr;

    @Option(names = "--min-ssim", paramLabel = "X", description = "The least mean SSIM, up to 1.")
    private Double minSsim;

    @Option(names = "--min-ms-ssim", paramLabel = "X", description = "The least mean MS-SSIM, up to 1.")
    private Double minMsSsim;

    @Option(names = "--max-flip", paramLabel = "X", description = "The greatest visible difference of a frame, 0 to 1.")
    private Double maxFlip;

    @Option(
            names = "--max-colour-shift",
            paramLabel = "X",
            description = "The greatest colour shift of a frame, in ΔE.")
    private Double maxColourShift;

    @Option(
            names = "--gate",
            paramLabel = "GATE",
            description = "Any other threshold, such as ssim.worst>=0.95, flip.worst<=0.1:unstable or"
                    + " psnr.mean>=history-2; may be repeated.")
    private List<String> gates = List.of();

    @Option(names = "--default-gates", description = "Keep the default gates beside those that are given.")
    private boolean defaultGates;

    @Option(names = "--unstable-only", description = "Every gate only makes a build unstable.")
    private boolean unstableOnly;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "An earlier comparison.json, for gates that say history; may be repeated.")
    private List<Path> history = List.of();

    @Option(
            names = "--metrics",
            paramLabel = "NAMES",
            split = ",",
            description = "psnr, ssim, msSsim, flip, colourShift, motionDifference, flickerDifference; default all.")
    private List<String> metrics = List.of();

    @Option(names = "--no-pictures", description = "Only comparison.json and junit.xml.")
    private boolean noPictures;

    @Mixin
    private RunOptions run;

    @Override
    public Integer call() throws ExecutorException {
        CompareOptions options = options();
        run.watchInput(program.cancellation);
        program.cancellation.onEmergency(() -> UnfinishedFile.removeAll(output));
        ComparisonPrinter printer = new ComparisonPrinter(run.progress(), System.out, program.cancellation);
        VideoComparison.Result result = new VideoComparison(options, printer).compare(baseline, candidate, output);
        printer.finished(result, output);
        return result.exitCode().value();
    }

    private CompareOptions options() throws ExecutorException {
        Set<Metric> measured = measured();
        List<Gate> chosen = gates();
        for (Gate gate : chosen) {
            if (!isMeasured(gate, measured)) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "The gate on " + gate.figure() + " needs a metric that --metrics leaves out: add it there.");
            }
        }
        if (chosen.isEmpty() || defaultGates) {
            Gate.defaults().stream().filter(gate -> isMeasured(gate, measured)).forEach(chosen::add);
        }
        List<Gate> effective =
                unstableOnly ? chosen.stream().map(Gate::unstableOnly).toList() : chosen;
        return new CompareOptions(measured, effective, history, !noPictures);
    }

    private List<Gate> gates() throws ExecutorException {
        try {
            return new ComparisonGates(
                            minPsnr, minSsim, minMsSsim, maxFlip, maxColourShift, gates, defaultGates, unstableOnly)
                    .chosen();
        } catch (IllegalArgumentException e) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, e.getMessage(), e);
        }
    }

    private static boolean isMeasured(Gate gate, Set<Metric> measured) {
        int dot = gate.figure().indexOf('.');
        String metric = dot < 0 ? "" : gate.figure().substring(0, dot);
        // Figures without a point, such as droppedFrames, are always measured.
        return dot < 0 || measured.stream().anyMatch(one -> one.key().equals(metric));
    }

    private Set<Metric> measured() throws ExecutorException {
        if (metrics.isEmpty()) {
            return EnumSet.allOf(Metric.class);
        }
        Set<Metric> chosen = EnumSet.noneOf(Metric.class);
        for (String name : metrics) {
            chosen.add(Arrays.stream(Metric.values())
                    .filter(metric -> metric.key().equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new ExecutorException(
                            ExitCode.BAD_REQUEST,
                            "There is no metric \"" + name + "\": choose from "
                                    + Arrays.stream(Metric.values())
                                            .map(Metric::key)
                                            .collect(Collectors.joining(", "))
                                    + ".")));
        }
        return chosen;
    }
}
