package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.Safetensors;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.Tensor;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.Mode;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole runs of the published Wan pipelines on miniature checkpoints, repeated by this pipeline on the imported
 * checkpoints: the same tokens, seed and settings must give the same embeddings, latents and frames.
 */
class WanParityTest {
    private static final double RELATIVE_ERROR = 1e-3;
    private static final double PEAK_SIGNAL_TO_NOISE = 50;
    private static final double TILED_PEAK_SIGNAL_TO_NOISE = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path temporary;

    @TestFactory
    List<DynamicContainer> repeatsTheReferenceRuns() throws IOException, ExecutorException {
        List<DynamicContainer> checkpoints = new ArrayList<>();
        for (Path folder : WanCheckpoints.folders()) {
            Path output = Files.createDirectories(temporary.resolve("bundles-" + checkpoints.size()));
            Optional<EngineBundle> bundle = WanCheckpoints.imported(folder, output);
            if (bundle.isPresent()) {
                checkpoints.add(dynamicContainer(folder.toString(), cases(folder, bundle.get())));
            }
        }
        assertThat(checkpoints).as("checkpoints that could be imported").isNotEmpty();
        return checkpoints;
    }

    /** On the architecture with random weights; trained ones see less far, and so differ less. */
    @Test
    void decodesInTilesAsItDoesWhole() throws Exception {
        Path network = WanCheckpoints.COPY.resolve("wan2.2-t2v/networks/vae_decoder.onnx");
        long[] shape = {1, 16, 1, 40, 48};
        FloatTensor latent = new FloatTensor(shape, new TorchGenerator(5).randn(Tensor.elements(shape)));
        try (OnnxRuntimeBackend backend =
                        new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(1));
                Network decoder = backend.load(network)) {
            float[] whole = VideoDecoder.decode(decoder, latent).data();
            float[] tiled = VideoDecoder.decode(decoder, latent, new Tiling(28, 8), collectingInto(new ArrayList<>()))
                    .data();

            assertThat(tiled).isNotEqualTo(whole);
            assertThat(peakSignalToNoise(tiled, whole)).as("PSNR in dB").isGreaterThan(TILED_PEAK_SIGNAL_TO_NOISE);
        }
    }

    private static List<DynamicTest> cases(Path folder, EngineBundle bundle) throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve("cases"))) {
            for (Path file : files.filter(name -> name.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                tests.add(dynamicTest(file.getFileName().toString(), () -> repeats(file, bundle)));
            }
        }
        assertThat(tests).as("cases of " + folder).isNotEmpty();
        return tests;
    }

    private static void repeats(Path file, EngineBundle bundle) throws IOException, ExecutorException {
        JsonNode settings = JSON.readTree(file.toFile());
        Safetensors expected = new Safetensors(Path.of(file.toString().replaceFirst("json$", "safetensors")));
        ClipPlan plan = plan(settings, bundle.manifest());
        List<FloatTensor> latents = new ArrayList<>();
        try (OnnxRuntimeBackend backend =
                        new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(1));
                VideoPipeline pipeline = new VideoPipeline(bundle, backend, new DecodingMemory(1L << 40))) {
            long[] shape = expected.shape("input_ids");
            FloatTensor embeddings = pipeline.encode(
                    plan,
                    new LongTensor(shape, expected.wholeNumbers("input_ids")),
                    new LongTensor(shape, expected.wholeNumbers("attention_mask")));
            assertThat(relativeError(embeddings.data(), withoutPadding(expected)))
                    .as("relative error of the prompt embeddings")
                    .isLessThan(RELATIVE_ERROR);

            FloatTensor latent = pipeline.denoise(plan, embeddings, pipeline.denoiser(), collectingInto(latents));
            float[] all = expected.floats("latents");
            assertThat(latents).hasSize(settings.path("steps").asInt());
            int size = all.length / latents.size();
            for (int step = 0; step < latents.size(); step++) {
                assertThat(relativeError(
                                latents.get(step).data(), Arrays.copyOfRange(all, step * size, (step + 1) * size)))
                        .as("relative error of the latent after step %d", step)
                        .isLessThan(RELATIVE_ERROR);
            }

            FloatTensor images = pipeline.decode(plan, latent, collectingInto(new ArrayList<>()));
            assertThat(images.shape()).containsExactly(expected.shape("frames"));
            assertThat(peakSignalToNoise(images.data(), expected.floats("frames")))
                    .as("PSNR of the frames in dB")
                    .isGreaterThan(PEAK_SIGNAL_TO_NOISE);
        }
    }

    private static ClipPlan plan(JsonNode settings, BundleManifest bundle) {
        assertThat(bundle.prediction().flowShift())
                .isEqualTo(settings.path("flowShift").asDouble());
        assertThat(bundle.timestepPerToken())
                .isEqualTo(settings.path("expandTimesteps").asBoolean());
        List<Double> guidance =
                new ArrayList<>(List.of(settings.path("guidanceHigh").asDouble()));
        if (bundle.experts().size() == 2) {
            assertThat(bundle.boundary()).isEqualTo(settings.path("boundary").asDouble());
            guidance.add(settings.path("guidanceLow").asDouble());
        }
        JsonNode frames = settings.path("framesShape");
        int steps = settings.path("steps").asInt();
        return new ClipPlan(
                "",
                "",
                settings.path("seed").asLong(),
                BundleManifest.STANDARD,
                new Mode("unipc", steps, guidance, null, null, Map.of()),
                100,
                steps,
                new Size(frames.get(4).asInt(), frames.get(3).asInt()),
                frames.get(2).asInt(),
                bundle.geometry().frameRates().get(0),
                guidance);
    }

    private static Observer collectingInto(List<FloatTensor> latents) {
        return new Observer() {
            @Override
            public void progressed(Stage stage, int step, int steps) {}

            @Override
            public void denoised(int step, FloatTensor latent) {
                latents.add(latent);
            }
        };
    }

    private static float[] withoutPadding(Safetensors expected) {
        float[] embeddings = expected.floats("text_embeddings");
        long[] mask = expected.wholeNumbers("attention_mask");
        int width = embeddings.length / mask.length;
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] *= mask[i / width];
        }
        return embeddings;
    }

    /** The length of the difference over the length of what was expected. */
    private static double relativeError(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        double length = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / length);
    }

    private static double peakSignalToNoise(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double difference = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += Math.pow(actual[i] - expected[i], 2);
        }
        return 10 * Math.log10(4 * actual.length / difference); // values span two, from -1 to 1
    }
}
