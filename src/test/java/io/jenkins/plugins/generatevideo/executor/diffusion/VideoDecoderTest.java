package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.executor.EmbeddedBundle;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.LatentStatistics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VideoDecoderTest {
    @Test
    void decodesInTilesAsItDoesWhole() throws Exception {
        List<byte[]> whole = generate(new DecodingMemory(Long.MAX_VALUE));
        List<byte[]> tiled = generate(new DecodingMemory(1));

        double squares = 0;
        for (int frame = 0; frame < whole.size(); frame++) {
            for (int i = 0; i < whole.get(frame).length; i++) {
                int difference = (whole.get(frame)[i] & 0xff) - (tiled.get(frame)[i] & 0xff);
                squares += difference * difference;
            }
        }
        double mean = squares / whole.size() / whole.get(0).length;
        assertThat(mean).as("tiles were used").isPositive();
        assertThat(10 * Math.log10(255 * 255 / mean)).as("PSNR of tiled against whole").isGreaterThan(40);
    }

    private static List<byte[]> generate(DecodingMemory memory) throws ExecutorException {
        EngineBundle bundle = EngineBundle.open(EmbeddedBundle.folder());
        ClipRequest request = new ClipRequest(
                "a green ring falls in the desert", null, null, 20, 3L, null, 0.75, null, null, null);
        List<byte[]> frames = new ArrayList<>();
        try (Backend backend = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard());
                VideoPipeline pipeline = new VideoPipeline(bundle, backend, memory)) {
            pipeline.generate(
                    ClipPlan.of(request, bundle.manifest()),
                    (stage, step, steps) -> {},
                    (index, rgb24) -> frames.add(rgb24));
        }
        return frames;
    }

    @Test
    void denormalisesEachChannelByItself() {
        FloatTensor latent = new FloatTensor(new long[] {1, 2, 1, 1, 2}, new float[] {1, -1, 2, 0});

        FloatTensor input = VideoDecoder.denormalise(
                latent, new LatentStatistics(new float[] {10, 20}, new float[] {2, 3}));

        assertThat(input.data()).containsExactly(12, 8, 26, 20);
    }

    @Test
    void mapsLevelsToBytesAndClampsWhatLiesOutside() {
        FloatTensor images = new FloatTensor(new long[] {1, 3, 1, 1, 2}, new float[] {-1, 1, 0, -2, 0.5f, 3});

        assertThat(VideoDecoder.rgb24(images, 0))
                .containsExactly((byte) 0, (byte) 128, (byte) 191, (byte) 255, (byte) 0, (byte) 255);
    }

    @Test
    void coversEveryRowWithTilesOfFullExtent() {
        assertThat(new Tiling(8, 4).starts(8)).containsExactly(0);
        assertThat(new Tiling(8, 4).starts(9)).containsExactly(0, 1);
        assertThat(new Tiling(8, 4).starts(20)).containsExactly(0, 4, 8, 12);
        assertThat(new Tiling(8, 4).starts(5)).containsExactly(0);
    }
}
