package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network on the GPU as the pipeline uses it; ONNX Runtime stands in for TensorRT. */
class TensorRtNetworkTest {
    @TempDir
    private Path cache;

    private final FloatTensor latent = new FloatTensor(new long[] {1, 16, 1, 2, 2}, new float[64]);
    private final FloatTensor time = new FloatTensor(new long[] {1}, new float[] {500});

    @Test
    void seesANewTensorWhereverOneIsGiven() throws Exception {
        try (Network network = load()) {
            FloatTensor ones = embeddings(1);
            assertThat(first(network.run(inputs(ones)))).isEqualTo(1.5f);
            assertThat(first(network.run(inputs(ones)))).isEqualTo(1.5f);
            assertThat(first(network.run(inputs(embeddings(3))))).isEqualTo(3.5f);
            assertThat(first(network.run(inputs(ones)))).isEqualTo(1.5f);
        }
    }

    @Test
    void saysWhichInputIsMissing() throws Exception {
        try (Network network = load()) {
            assertThatThrownBy(() -> network.run(Map.of("hidden_states", latent, "timestep", time)))
                    .isInstanceOf(ExecutorException.class)
                    .hasMessageContaining("it takes \"encoder_hidden_states\"")
                    .extracting(e -> ((ExecutorException) e).exitCode())
                    .isEqualTo(ExitCode.BAD_BUNDLE);
        }
    }

    @Test
    void takesAndGivesHalfPrecision() throws Exception {
        try (Network network = load("half")) {
            FloatTensor given = new FloatTensor(new long[] {1, 3}, new float[] {0.5f, 1.0009765625f, -70000});
            assertThat(network.inputs().get(0).type()).isEqualTo("float16");
            assertThat(network.run(Map.of("x", given)).get("doubled").data())
                    .containsExactly(1, 2.001953125f, Float.NEGATIVE_INFINITY);
        }
    }

    private Network load() throws Exception {
        return load("transformer");
    }

    private Network load(String name) throws Exception {
        Path file = Path.of("src/test/resources/networks/" + name + ".onnx").toAbsolutePath();
        EngineSpecification network = new EngineSpecification(name, file, "d", "fp16", Map.of(), cache.resolve("none"));
        return StandIn.large()
                .backend(cache, List.of(network), new ArrayList<>())
                .load(file);
    }

    private Map<String, Tensor> inputs(FloatTensor embeddings) {
        return Map.of("hidden_states", latent, "timestep", time, "encoder_hidden_states", embeddings);
    }

    private static FloatTensor embeddings(float value) {
        float[] data = new float[16];
        Arrays.fill(data, value);
        return new FloatTensor(new long[] {1, 2, 8}, data);
    }

    private static float first(Map<String, FloatTensor> results) {
        return results.get("denoised_latents").data()[0];
    }
}
