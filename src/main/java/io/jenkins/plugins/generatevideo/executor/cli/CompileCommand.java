package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.EngineReport;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtNetworks;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code bundle compile}: makes TensorRT engines of a bundle's networks, so that no generation has to wait for them. */
@Command(
        name = "compile",
        description = "Compiles a bundle's networks for this machine's GPU with TensorRT, and keeps them in the cache.",
        mixinStandardHelpOptions = true)
final class CompileCommand implements Callable<Integer> {
    @Mixin
    private BundleOptions bundles;

    @Parameters(paramLabel = "NAME|DIR", defaultValue = ClipRequest.DEFAULT_BUNDLE)
    private String name;

    @Option(names = "--force", description = "Compile again what is compiled already.")
    private boolean force;

    @Option(
            names = "--time-limit",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "The longest that one network may take; default ${DEFAULT-VALUE}.")
    private long timeLimit;

    @Option(
            names = "--memory-limit",
            paramLabel = "MB",
            defaultValue = "0",
            description = "The most of the GPU's memory that one layer may take for itself; default 0, no limit.")
    private long memoryLimit;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Where engines.json is written, which says what was compiled; default nowhere.")
    private Path output;

    @Mixin
    private RunOptions run;

    @ParentCommand
    private BundleCommand parent;

    @Override
    public Integer call() throws ExecutorException {
        if (timeLimit < 1 || memoryLimit < 0) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "--time-limit must be 1 second or more, --memory-limit 0 MB or more.");
        }
        Cancellation cancellation = parent.cancellation();
        run.watchInput(cancellation);
        EngineBundle bundle = bundles.open(name, run.progress(), cancellation);
        List<EngineSpecification> networks = TensorRtNetworks.of(bundle);
        if (networks.isEmpty()) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The engine bundle " + bundle.manifest().name()
                            + " has nothing to compile; its bundle.json must say how, under \"tensorrt\".");
        }
        NativeLibraries.prepare();
        TensorRtBackend.Options options = TensorRtBackend.Options.standard(NativeLibraries.cacheFolder())
                .withTimeLimit(Duration.ofSeconds(timeLimit))
                .withWorkspace(memoryLimit * 1_000_000);
        try (ProgressReporter reporter = new ProgressReporter(run.progress(), System.out, System.err, cancellation);
                TensorRtBackend backend =
                        TensorRtBackend.open(options, networks, System.getenv(), reporter.compiling(cancellation))) {
            EngineReport report = new BundleCompiler(bundle, backend, reporter, cancellation).compile(networks, force);
            if (output != null) {
                BundleCompiler.write(report, output);
            }
            long compiled = report.engines().stream()
                    .filter(EngineReport.Engine::compiled)
                    .count();
            reporter.finished(String.format(
                    Locale.ROOT,
                    "%s: %d networks for %s (compute capability %s), %d compiled now, %.1f s",
                    bundle.manifest().name(),
                    report.engines().size(),
                    report.backend().device(),
                    report.architecture(),
                    compiled,
                    report.totalSeconds()));
        }
        return ExitCode.DONE.value();
    }
}
