package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.EmbeddedBundle;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.LatentStatistics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VideoDecoderTest {
    @Test
    void decodesInTilesAsItDoesWhole() throws Exception {
        EngineBundle bundle = EngineBundle.open(EmbeddedBundle.folder());
        try (Backend backend = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard());
                Network decoder = backend.load(bundle.file(BundleManifest.VAE_DECODER))) {
            FloatTensor latent =
                    VideoDecoder.denormalise(mirrored(latent(bundle, backend)), bundle.manifest().latent());
            Observer silent = (stage, step, steps) -> {};

            FloatTensor whole = VideoDecoder.decode(decoder, latent);
            FloatTensor tiled = VideoDecoder.decode(decoder, latent, new Tiling(14, 6), silent);

            assertThat(tiled.shape()).isEqualTo(whole.shape());
            double squares = 0;
            for (int i = 0; i < whole.data().length; i++) {
                double difference = whole.data()[i] - tiled.data()[i];
                squares += difference * difference;
            }
            double mean = squares / whole.data().length;
            assertThat(mean).as("error, which only tiles have").isPositive();
            assertThat(10 * Math.log10(4 / mean))
                    .as("PSNR of tiled against whole")
                    .isGreaterThan(40);
        }
    }

    /** A real latent of the model. */
    private static FloatTensor latent(EngineBundle bundle, Backend backend) throws ExecutorException {
        ClipRequest request =
                new ClipRequest("a green ring falls in the desert", null, null, 20, 3L, null, 0.75, null, null, null);
        List<FloatTensor> latents = new ArrayList<>();
        Observer observer = new Observer() {
            @Override
            public void progressed(Stage stage, int step, int steps) {}

            @Override
            public void denoised(int step, FloatTensor latent) {
                latents.add(latent);
            }
        };
        try (VideoPipeline pipeline = new VideoPipeline(bundle, backend, new DecodingMemory(Long.MAX_VALUE))) {
            pipeline.generate(ClipPlan.of(request, bundle.manifest()), observer, (index, rgb24) -> {});
        }
        return latents.get(latents.size() - 1);
    }

    /** Twice as high and wide, without an edge that the model never saw. */
    private static FloatTensor mirrored(FloatTensor latent) {
        int height = (int) latent.shape()[3];
        int width = (int) latent.shape()[4];
        int planes = latent.data().length / (height * width);
        float[] data = new float[latent.data().length * 4];
        for (int i = 0; i < data.length; i++) {
            int column = i % (2 * width);
            int row = i / (2 * width) % (2 * height);
            int plane = i / (4 * width * height);
            int fromRow = row < height ? row : 2 * height - 1 - row;
            int fromColumn = column < width ? column : 2 * width - 1 - column;
            data[i] = latent.data()[(plane * height + fromRow) * width + fromColumn];
        }
        return new FloatTensor(new long[] {1, latent.shape()[1], latent.shape()[2], 2L * height, 2L * width}, data);
    }

    @Test
    void choosesTilesOnlyWhereMemoryIsShort() {
        assertThat(new DecodingMemory(Long.MAX_VALUE).tiling(1280, 720, 81, 8)).isEmpty();
        Tiling tiling = new DecodingMemory(8L << 30).tiling(1280, 720, 81, 8).orElseThrow();
        assertThat(tiling.extent()).isBetween(20, 40);
        assertThat(tiling.overlap()).isLessThan(tiling.extent());
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
