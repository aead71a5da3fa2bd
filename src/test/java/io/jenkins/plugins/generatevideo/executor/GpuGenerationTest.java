package io.jenkins.plugins.generatevideo.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.StandIn;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtNetworks;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole generations through everything that TensorRT's backend consists of but TensorRT: ONNX Runtime stands in for it,
 * with memory that must not be exceeded. The networks are tiny and pretend to be those of Wan 2.2 A14B in FP16.
 */
class GpuGenerationTest {
    private static final long GIGABYTE = 1_000_000_000;

    @TempDir
    private Path temporary;

    private final List<String> messages = new ArrayList<>();
    private EngineBundle bundle;
    private String digest;

    @BeforeEach
    void open() throws Exception {
        Path folder = TinyBundle.write(temporary);
        Files.copy(folder.resolve("transformer.onnx"), folder.resolve("transformer_2.onnx"));
        ObjectNode json = TinyBundle.manifest(folder);
        json.withObject("/files")
                .put("transformer_2.onnx", json.at("/files/transformer.onnx").asText());
        json.withObject("/networks/transformer_2")
                .put("file", "transformer_2.onnx")
                .put("parameters", 0);
        json.withArray("/experts").addObject().put("network", "transformer_2").put("guidance", 3);
        json.put("boundary", 0.9);
        json.withObject("/tensorrt").put("precision", "fp16").putObject("profiles");
        Files.writeString(folder.resolve("bundle.json"), json.toPrettyString());
        bundle = EngineBundle.open(folder);
        try (Backend processor = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard())) {
            digest = generate(processor, "processor").frameDigest();
        }
    }

    @Test
    void givesTheFramesOfOnnxRuntimeAndCompilesOnce() throws Exception {
        StandIn gpu = gpu(141, 0);
        ClipManifest clip = generate(gpu, "first");
        assertThat(clip.frameDigest()).isEqualTo(digest);
        assertThat(clip.backend().name()).isEqualTo("tensorrt");
        assertThat(clip.backend().device()).isEqualTo("stand-in");
        assertThat(clip.warnings()).isEmpty();
        assertThat(gpu.happened()).contains("compile text_encoder", "compile vae_decoder");
        assertThat(messages).anyMatch(sentence -> sentence.startsWith("Compiled transformer in "));

        StandIn again = gpu(141, 0);
        assertThat(generate(again, "second").frameDigest()).isEqualTo(digest);
        assertThat(again.happened())
                .noneMatch(what -> what.startsWith("compile"))
                .containsSubsequence("load transformer_2", "load vae_decoder", "drop text_encoder");
    }

    @Test
    void dropsTheTextEncoderWhereNotEverythingFits() throws Exception {
        StandIn gpu = compiled(80, 0);
        ClipManifest clip = generate(gpu, "experts");
        assertThat(clip.frameDigest()).isEqualTo(digest);
        assertThat(clip.warnings()).singleElement().asString().contains("the text encoder is dropped");
        assertThat(gpu.happened())
                .containsSubsequence("load text_encoder", "drop text_encoder", "load vae_decoder", "drop transformer");
        assertThat(gpu.peak()).isBetween(70 * GIGABYTE, 80 * GIGABYTE);
    }

    @Test
    void loadsOneNetworkAtATimeWhereOnlyOneFits() throws Exception {
        StandIn gpu = compiled(40, 0);
        ClipManifest clip = generate(gpu, "one");
        assertThat(clip.frameDigest()).isEqualTo(digest);
        assertThat(gpu.happened())
                .containsExactly(
                        "load text_encoder",
                        "drop text_encoder",
                        "load transformer",
                        "drop transformer",
                        "load transformer_2",
                        "drop transformer_2",
                        "load vae_decoder",
                        "drop vae_decoder",
                        "close");
        assertThat(gpu.peak()).isEqualTo(36 * GIGABYTE);
    }

    @Test
    void streamsWeightsWhereNoNetworkFitsWhole() throws Exception {
        StandIn gpu = compiled(24, 28 * GIGABYTE);
        ClipManifest clip = generate(gpu, "streamed");
        assertThat(clip.frameDigest()).isEqualTo(digest);
        assertThat(clip.warnings()).singleElement().asString().contains("weights are streamed");
        // 24 GB less the step's 7 GB and the latents
        assertThat(gpu.happened()).anyMatch(what -> what.matches("load transformer with 169[0-9]{8}"));
        assertThat(gpu.peak()).isLessThanOrEqualTo(24 * GIGABYTE);
    }

    @Test
    void endsWithTheNumbersBeforeAnythingIsLoadedWhereItCannotFit() throws Exception {
        for (long gigabytes : List.of(24, 15)) {
            StandIn gpu = compiled(gigabytes, 0);
            String folder = "fails" + gigabytes;
            ExecutorException failed = catchThrowableOfType(ExecutorException.class, () -> generate(gpu, folder));
            assertThat(failed.exitCode()).isEqualTo(ExitCode.MACHINE_UNSUITABLE);
            assertThat(failed)
                    .hasMessageContaining("with 9 frames takes at least 37.5 GB of the GPU's memory")
                    .hasMessageContaining("29.0 GB of weights, a denoising step takes 7.0 GB besides")
                    .hasMessageContaining(gigabytes + 1 + ".5 GB are free");
            assertThat(gpu.happened()).containsExactly("close");
            assertThat(temporary.resolve(folder)).doesNotExist();
        }
    }

    /** One whose networks are compiled already. */
    private StandIn compiled(long gigabytes, long streamable) throws Exception {
        generate(gpu(141, streamable), "compiles");
        return gpu(gigabytes, streamable);
    }

    /**
     * @param gigabytes what the pretended GPU has beyond what is reserved
     * @param streamable of each expert's weights
     */
    private static StandIn gpu(long gigabytes, long streamable) {
        return new StandIn(MemoryPlan.RESERVED + gigabytes * GIGABYTE, network -> switch (network) {
            case "text_encoder" -> StandIn.figures(11 * GIGABYTE, GIGABYTE, 0);
            case "vae_decoder" -> StandIn.figures(GIGABYTE / 4, 16 * GIGABYTE, 0);
            default -> StandIn.figures(29 * GIGABYTE, 7 * GIGABYTE, streamable);
        });
    }

    private ClipManifest generate(StandIn gpu, String folder) throws Exception {
        try (Backend backend = gpu.backend(temporary.resolve("cache"), TensorRtNetworks.of(bundle), messages)) {
            return generate(backend, folder);
        }
    }

    private ClipManifest generate(Backend backend, String folder) throws Exception {
        ClipRequest request =
                new ClipRequest("a red ball rolls", null, null, null, 3L, "16x16", null, null, null, null);
        try (Generation generation =
                new Generation(bundle, backend, Optional.empty(), new Cancellation(), System.nanoTime())) {
            return generation.generate(request, temporary.resolve(folder), (stage, step, steps) -> {});
        }
    }
}
