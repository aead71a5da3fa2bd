package io.jenkins.plugins.generatevideo.executor.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.Generation;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.Backends;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.CompileObserver;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtNetworks;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench}: measures what runs networks; docs/gpu.md tells how its answers are used. */
@Command(
        name = "bench",
        description = "Measures networks and clips on this machine, and says what came out in JSON.",
        hidden = true,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @ParentCommand
    private GenerateVideo program;

    @Override
    public void run() {
        CommandLine.usage(spec, System.out);
    }

    @Command(
            name = "clips",
            description =
                    "Makes one clip after another in one process: one JSON object a line, with its seconds and the"
                            + " memory that is free after it.",
            mixinStandardHelpOptions = true)
    int clips(
            @Mixin BundleOptions bundles,
            @Option(names = "--bundle", defaultValue = ClipRequest.DEFAULT_BUNDLE) String name,
            @Option(names = "--backend", defaultValue = "auto") String backend,
            @Option(names = "--mode") String mode,
            @Option(names = "--prompt", required = true) String prompt,
            @Option(names = "--repeat", defaultValue = "10") int repeat,
            @Option(names = "--output", required = true) Path output)
            throws ExecutorException {
        EngineBundle bundle = bundles.open(name);
        try (Backend networks = open(backend, TensorRtNetworks.of(bundle));
                Generation generation =
                        new Generation(bundle, networks, Optional.empty(), program.cancellation, System.nanoTime())) {
            for (int clip = 0; clip < repeat; clip++) {
                ClipManifest manifest = generation.generate(
                        new ClipRequest(prompt, null, mode, null, 42L, null, null, null, null, null),
                        output,
                        (stage, step, steps) -> {});
                print(Map.of(
                        "clip", clip,
                        "timings", manifest.timings(),
                        "frameDigest", manifest.frameDigest(),
                        "freeBytes", networks.memory().freeBytes()));
            }
        }
        return ExitCode.DONE.value();
    }

    @Command(
            name = "network",
            description = "Runs one ONNX network with floats from files of 32-bit numbers in the machine's byte order.",
            mixinStandardHelpOptions = true)
    int network(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(
                            names = "--input",
                            paramLabel = "NAME=2x3=FILE",
                            required = true,
                            description = "An input's shape and its numbers.")
                    List<String> inputs,
            @Option(
                            names = "--expect",
                            paramLabel = "FILE",
                            description = "What the first output should be; the answer tells the difference.")
                    Path expected,
            @Option(names = "--backend", defaultValue = "auto") String backend,
            @Option(names = "--precision", defaultValue = "fp32") String precision,
            @Option(names = "--repeat", defaultValue = "10") int repeat)
            throws ExecutorException {
        NetworkBench bench = NetworkBench.of(file, inputs);
        try (Backend networks = open(backend, List.of(bench.specification(precision)))) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("backend", new ClipManifest.Backend(networks.name(), networks.version(), networks.device()));
            long begin = System.nanoTime();
            try (Network network = networks.load(file.toAbsolutePath())) {
                answer.put("loadSeconds", (System.nanoTime() - begin) / 1e9);
                networks.footprint(file.toAbsolutePath()).ifPresent(bytes -> answer.put("footprint", bytes));
                FloatTensor output = bench.run(network, repeat, answer);
                if (expected != null) {
                    NetworkBench.compare(output.data(), expected, answer);
                }
            }
            print(answer);
        }
        return ExitCode.DONE.value();
    }

    private Backend open(String name, List<EngineSpecification> networks) throws ExecutorException {
        CompileObserver observer = new CompileObserver() {
            @Override
            public void said(String sentence) {
                System.err.println(sentence);
            }

            @Override
            public void compiling(String network) throws ExecutorException {
                program.cancellation.check();
            }
        };
        return Backends.open(
                name,
                OnnxRuntimeOptions.standard(),
                TensorRtBackend.Options.standard(NativeLibraries.cacheFolder()),
                networks,
                System.getenv(),
                observer);
    }

    private static void print(Map<String, Object> answer) {
        try {
            System.out.println(JsonMapper.builder().build().writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and records are always JSON", e);
        }
    }

    /** The bytes of a file that the user named. */
    static byte[] bytes(Path file) throws ExecutorException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, file + " cannot be read (" + e + "); name another file.", e);
        }
    }
}
