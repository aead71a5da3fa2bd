package io.jenkins.plugins.generatevideo.executor.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the networks of {@code src/test/resources/networks}, whose arithmetic {@code make_networks.py} tells. */
class OnnxRuntimeBackendTest {
    private static final Path NETWORKS = Path.of("src/test/resources/networks");

    private OnnxRuntimeBackend backend;

    @BeforeEach
    void open() throws ExecutorException {
        backend = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(2));
    }

    @AfterEach
    void close() {
        backend.close();
    }

    @Test
    void namesWhatRunsTheNetworksAndWhere() {
        assertThat(backend.name()).isEqualTo("onnxruntime");
        assertThat(backend.version()).isEqualTo("1.29.0").isEqualTo(backend.loadedVersion());
        assertThat(backend.device()).isEqualTo("cpu (2 threads)");
    }

    @Test
    void tellsPortsWithTypesAndShapes() throws ExecutorException {
        try (Network network = backend.load(NETWORKS.resolve("transformer.onnx"))) {
            assertThat(network.inputs().stream().map(OnnxRuntimeBackendTest::text))
                    .containsExactly(
                            "hidden_states float [-1, 16, -1, -1, -1]",
                            "timestep float [-1]",
                            "encoder_hidden_states float [-1, -1, 8]");
            assertThat(network.outputs().stream().map(OnnxRuntimeBackendTest::text))
                    .containsExactly("denoised_latents float [-1, 16, -1, -1, -1]");
        }
    }

    @Test
    void runsWithInputsByNameWhateverTheirOrder() throws ExecutorException {
        float[] latent = new float[2 * 16 * 2];
        for (int i = 0; i < latent.length; i++) {
            latent[i] = i;
        }
        Map<String, Tensor> inputs = Map.of(
                "encoder_hidden_states", new FloatTensor(new long[] {2, 1, 8}, filled(16, 0.25f)),
                "timestep", new FloatTensor(new long[] {2}, new float[] {1000, 500}),
                "hidden_states", new FloatTensor(new long[] {2, 16, 1, 1, 2}, latent));
        try (Network network = backend.load(NETWORKS.resolve("transformer.onnx"))) {
            FloatTensor output = network.run(inputs).get("denoised_latents");
            assertThat(output.shape()).containsExactly(2, 16, 1, 1, 2);
            assertThat(output.data()[10]).isEqualTo(5 + 1 + 0.25f);
            assertThat(output.data()[40]).isEqualTo(20 + 0.5f + 0.25f);
        }
    }

    @Test
    void takesTokenIdsAndMaskAsIntegers() throws ExecutorException {
        Map<String, Tensor> inputs = Map.of(
                "input_ids", new LongTensor(new long[] {1, 2}, new long[] {7, 9}),
                "attention_mask", new LongTensor(new long[] {1, 2}, new long[] {1, 0}));
        try (Network network = backend.load(NETWORKS.resolve("text_encoder.onnx"))) {
            FloatTensor output = network.run(inputs).get("text_embeddings");
            assertThat(output.shape()).containsExactly(1, 2, 8);
            assertThat(output.data()[3]).isCloseTo(7.3f, within(1e-6f));
            assertThat(output.data()[8]).isZero();
        }
    }

    @Test
    void convertsHalfFloatsBothWays() throws ExecutorException {
        try (Network network = backend.load(NETWORKS.resolve("half.onnx"))) {
            assertThat(network.inputs().get(0).type()).isEqualTo("float16");
            FloatTensor output = network.run(
                            Map.of("x", new FloatTensor(new long[] {1, 3}, new float[] {1.5f, -0.1f, 2e-7f})))
                    .get("doubled");
            assertThat(output.data()[0]).isEqualTo(3);
            assertThat(output.data()[1]).isCloseTo(-0.2f, within(2e-4f));
            assertThat(output.data()[2]).isCloseTo(4e-7f, within(6e-8f));
        }
    }

    @Test
    void returnsIntegersAsFloats() throws ExecutorException {
        try (Network network = backend.load(NETWORKS.resolve("integers.onnx"))) {
            FloatTensor output = network.run(
                            Map.of("x", new FloatTensor(new long[] {3}, new float[] {-1.5f, 2.9f, 70000})))
                    .get("counted");
            assertThat(output.data()).containsExactly(-2, 2, 70000);
        }
    }

    @Test
    void refusesOtherInputsThanTheNetworkTakes() throws ExecutorException {
        try (Network network = backend.load(NETWORKS.resolve("half.onnx"))) {
            assertRefused(network, "y", new FloatTensor(new long[] {1, 3}, new float[3]), "takes the inputs [x]");
            assertRefused(network, "x", new FloatTensor(new long[] {1, 4}, new float[4]), "with shape [-1, 3]");
            assertRefused(network, "x", new FloatTensor(new long[] {3}, new float[3]), "was given [3]");
            assertRefused(network, "x", new LongTensor(new long[] {1, 3}, new long[3]), "was given integers");
        }
    }

    @Test
    void saysWhichFileIsMissingOrNoNetwork(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> backend.load(folder.resolve("none.onnx")))
                .isInstanceOfSatisfying(ExecutorException.class, e -> {
                    assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE);
                    assertThat(e).hasMessageContaining("none.onnx does not exist");
                });
        Path cut = folder.resolve("cut.onnx");
        byte[] whole = Files.readAllBytes(NETWORKS.resolve("text_encoder.onnx"));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> backend.load(cut)).isInstanceOfSatisfying(ExecutorException.class, e -> {
            assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE);
            assertThat(e).hasMessageContaining("cut.onnx cannot be loaded").hasMessageNotContaining("\n");
        });
    }

    private static void assertRefused(Network network, String name, Tensor tensor, String sentence) {
        assertThatThrownBy(() -> network.run(Map.of(name, tensor)))
                .isInstanceOfSatisfying(ExecutorException.class, e -> {
                    assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE);
                    assertThat(e).hasMessageContaining(sentence);
                });
    }

    private static String text(Network.Port port) {
        return port.name() + " " + port.type() + " " + Arrays.toString(port.shape());
    }

    private static float[] filled(int length, float value) {
        float[] values = new float[length];
        Arrays.fill(values, value);
        return values;
    }
}
