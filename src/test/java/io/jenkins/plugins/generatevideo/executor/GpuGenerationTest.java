package io.jenkins.plugins.generatevideo.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.StandIn;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtNetworks;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole generations through everything that TensorRT's backend consists of but TensorRT: ONNX Runtime stands in for it,
 * with memory that must not be exceeded. The bundle's networks have 1.5, 13, 13 and 5 MB.
 */
class GpuGenerationTest {
    private static final long MEGABYTE = 1_000_000;
    private static final long ACTIVATIONS = 2 * MEGABYTE;

    @TempDir
    private Path temporary;

    private final List<String> messages = new ArrayList<>();
    private EngineBundle bundle;

    @BeforeEach
    void open() throws Exception {
        bundle = EngineBundle.open(EmbeddedBundle.folder());
    }

    @Test
    void givesTheFramesOfOnnxRuntimeAndCompilesOnce() throws Exception {
        StandIn gpu = gpu(60, 0);
        ClipManifest first = generate(gpu, "first");
        assertThat(gpu.happened())
                .contains("compile text_encoder", "load transformer")
                .containsSubsequence("load transformer_2", "load vae_decoder", "drop text_encoder");
        assertThat(first.backend().name()).isEqualTo("tensorrt");
        assertThat(first.backend().device()).isEqualTo("stand-in");
        assertThat(first.warnings()).isEmpty();
        assertThat(messages).anyMatch(sentence -> sentence.startsWith("Compiled transformer in "));

        StandIn again = gpu(60, 0);
        assertThat(generate(again, "second").frameDigest()).isEqualTo(first.frameDigest());
        assertThat(again.happened()).noneMatch(what -> what.startsWith("compile"));
        try (Backend processor = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard())) {
            assertThat(generate(processor, "processor").frameDigest()).isEqualTo(first.frameDigest());
        }
    }

    @Test
    void dropsTheTextEncoderWhereNotEverythingFits() throws Exception {
        String digest = generate(compiled(60), "all").frameDigest();
        StandIn gpu = compiled(34);
        ClipManifest clip = generate(gpu, "experts");
        assertThat(clip.frameDigest()).isEqualTo(digest);
        assertThat(clip.warnings()).singleElement().asString().contains("the text encoder is dropped");
        assertThat(loads(gpu))
                .containsSubsequence("load text_encoder", "drop text_encoder", "load vae_decoder", "drop transformer");
        assertThat(gpu.peak()).isLessThan(34 * MEGABYTE);
    }

    @Test
    void loadsOneNetworkAtATimeWhereOnlyOneFits() throws Exception {
        String digest = generate(compiled(60), "all").frameDigest();
        StandIn gpu = compiled(18);
        ClipManifest clip = generate(gpu, "one");
        assertThat(clip.frameDigest()).isEqualTo(digest);
        assertThat(loads(gpu))
                .containsSubsequence(
                        "load text_encoder",
                        "drop text_encoder",
                        "load transformer",
                        "drop transformer",
                        "load transformer_2",
                        "drop transformer_2",
                        "load vae_decoder");
        assertThat(gpu.peak()).isLessThan(18 * MEGABYTE);
    }

    @Test
    void streamsWeightsWhereNoNetworkFitsWhole() throws Exception {
        generate(gpu(60, 11 * MEGABYTE), "compiles");
        StandIn gpu = gpu(10, 11 * MEGABYTE);
        ClipManifest clip = generate(gpu, "streamed");
        assertThat(clip.warnings()).singleElement().asString().contains("weights are streamed");
        assertThat(loads(gpu)).anyMatch(what -> what.matches("load transformer with 7[0-9]{6}"));
        assertThat(gpu.peak()).isLessThanOrEqualTo(10 * MEGABYTE);
    }

    @Test
    void endsWithTheNumbersBeforeAnythingIsLoadedWhereItCannotFit() throws Exception {
        generate(compiled(60), "compiles");
        for (long megabytes : List.of(10, 5)) {
            StandIn gpu = gpu(megabytes, 0);
            ExecutorException failed =
                    catchThrowableOfType(ExecutorException.class, () -> generate(gpu, "fails" + megabytes));
            assertThat(failed.exitCode()).isEqualTo(ExitCode.MACHINE_UNSUITABLE);
            assertThat(failed).hasMessageContaining("96x64 with 9 frames").hasMessageContaining("1.5 GB are free");
            assertThat(gpu.happened()).containsExactly("close");
            assertThat(temporary.resolve("fails" + megabytes)).isEmptyDirectory();
        }
    }

    private StandIn compiled(long megabytes) throws Exception {
        return gpu(megabytes, 0);
    }

    /** @param megabytes what the pretended GPU has beyond what is reserved */
    private static StandIn gpu(long megabytes, long streamable) {
        return new StandIn(MemoryPlan.RESERVED + megabytes * MEGABYTE, ACTIVATIONS, streamable);
    }

    private static List<String> loads(StandIn gpu) {
        return gpu.happened().stream()
                .filter(what -> !what.startsWith("compile"))
                .toList();
    }

    private ClipManifest generate(StandIn gpu, String folder) throws Exception {
        try (Backend backend = gpu.backend(temporary.resolve("cache"), TensorRtNetworks.of(bundle), messages)) {
            return generate(backend, folder);
        }
    }

    private ClipManifest generate(Backend backend, String folder) throws Exception {
        ClipRequest request =
                new ClipRequest("a red ball rolls over the grass", null, null, 0, 3L, null, 0.75, null, null, null);
        try (Generation generation =
                new Generation(bundle, backend, Optional.empty(), new Cancellation(), System.nanoTime())) {
            return generation.generate(request, temporary.resolve(folder), (stage, step, steps) -> {});
        }
    }
}
