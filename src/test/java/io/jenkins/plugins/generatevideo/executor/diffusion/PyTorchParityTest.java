package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.executor.EmbeddedBundle;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.Mode;
import io.jenkins.plugins.generatevideo.executor.text.TextTokenizer;
import java.awt.image.BufferedImage;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pipeline gives the frames that the training code's own PyTorch pipeline gives for the same prompt, seed, sampler and
 * steps. {@code trt-engines/shapes/training/parity.py} writes the reference.
 */
class PyTorchParityTest {
    private static final double LEAST_PSNR = 40;

    @ParameterizedTest
    @ValueSource(strings = {"english", "chinese", "fast", "preview"})
    void agreesWithPyTorchFrameByFrame(String name) throws Exception {
        File folder = new File("src/test/resources/parity");
        JsonNode reference = new ObjectMapper().readTree(new File(folder, name + ".json"));
        BufferedImage frames = ImageIO.read(new File(folder, name + ".png"));
        EngineBundle bundle = EngineBundle.open(EmbeddedBundle.folder());
        ClipPlan plan = plan(reference, bundle);

        List<byte[]> made = new ArrayList<>();
        try (Backend backend = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard());
                VideoPipeline pipeline = new VideoPipeline(bundle, backend, new DecodingMemory(Long.MAX_VALUE))) {
            pipeline.generate(plan, (stage, step, steps) -> {}, (index, rgb24) -> made.add(rgb24));
        }

        assertThat(made).hasSize(reference.get("frames").asInt());
        for (int frame = 0; frame < made.size(); frame++) {
            assertThat(psnr(made.get(frame), frames, frame, plan.size().height()))
                    .as("PSNR of frame %d", frame)
                    .isGreaterThan(LEAST_PSNR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"english", "chinese"})
    void readsTheSameTokens(String name) throws Exception {
        JsonNode reference = new ObjectMapper().readTree(new File("src/test/resources/parity", name + ".json"));
        EngineBundle bundle = EngineBundle.open(EmbeddedBundle.folder());
        int length = bundle.manifest().text().maximumLength();

        try (TextTokenizer tokenizer = TextTokenizer.load(bundle.tokenizer(), length)) {
            long[] expected = StreamSupport.stream(reference.get("inputIds").spliterator(), false)
                    .mapToLong(JsonNode::asLong)
                    .toArray();
            assertThat(LongStream.of(tokenizer
                            .encode(reference.get("prompt").asText())
                            .ids()
                            .data()))
                    .containsExactlyElementsOf(LongStream.of(expected).boxed().toList());
        }
    }

    private static ClipPlan plan(JsonNode reference, EngineBundle bundle) throws Exception {
        ClipPlan usual = ClipPlan.of(ClipRequest.of(reference.get("prompt").asText()), bundle.manifest());
        String mode = reference.get("mode").asText();
        Mode settings = bundle.manifest().modes().get(mode);
        return new ClipPlan(
                usual.prompt(),
                usual.negativePrompt(),
                reference.get("seed").asLong(),
                mode,
                settings,
                usual.quality(),
                reference.get("steps").asInt(),
                usual.size(),
                reference.get("frames").asInt(),
                usual.fps(),
                IntStream.range(0, usual.guidance().size())
                        .mapToObj(expert -> bundle.manifest().guidanceIn(settings, expert))
                        .toList());
    }

    private static double psnr(byte[] rgb24, BufferedImage frames, int frame, int height) {
        double squares = 0;
        for (int pixel = 0; pixel < rgb24.length / 3; pixel++) {
            int expected = frames.getRGB(pixel % frames.getWidth(), frame * height + pixel / frames.getWidth());
            for (int channel = 0; channel < 3; channel++) {
                int difference = (rgb24[pixel * 3 + channel] & 0xff) - (expected >> (16 - 8 * channel) & 0xff);
                squares += difference * difference;
            }
        }
        return 10 * Math.log10(255.0 * 255.0 / Math.max(squares / rgb24.length, 1e-10));
    }
}
