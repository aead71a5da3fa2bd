package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan.Arrangement;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan.Residence;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {
    private static final long GIGABYTE = 1_000_000_000L;
    private static final Offset<Long> ROUNDING = within(GIGABYTE / 10);
    private static final Size HIGH = new Size(1280, 720);

    @Test
    void countsWeightsInTheBundlesPrecisionAndTheDecodersIn32Bits() throws Exception {
        MemoryPlan plan = plan("wan2.2-t2v-a14b", "standard", HIGH);

        assertThat(plan.largestExpert()).isCloseTo(28_577 * GIGABYTE / 1000, ROUNDING);
        assertThat(plan.experts()).isEqualTo(2 * plan.largestExpert());
        assertThat(plan.textEncoder()).isCloseTo(11_362 * GIGABYTE / 1000, ROUNDING);
        assertThat(plan.decoder()).isCloseTo(293 * GIGABYTE / 1000, ROUNDING);
        assertThat(plan.complete()).isTrue();
    }

    @Test
    void countsActivationsByTokensPixelsAndPassesOfGuidance() throws Exception {
        long tokens = 21 * 45 * 80;
        MemoryPlan guided = plan("wan2.2-t2v-a14b", "standard", HIGH);
        MemoryPlan unguided = plan("wan2.2-t2v-a14b", "fast", HIGH);

        assertThat(guided.denoising() - unguided.denoising()).isEqualTo(tokens * 30720 * 2);
        assertThat(guided.decoding()).isEqualTo(81L * 1280 * 720 * 384 * 4);
    }

    @Test
    void countsANetworkOnceThatStandsForBothExperts() throws Exception {
        MemoryPlan plan = plan("wan2.2-t2v-a14b", "preview", HIGH);

        assertThat(plan.experts()).isEqualTo(plan.largestExpert()).isEqualTo(1_418_996_800L * 2);
    }

    @Test
    void choosesTheFastestResidenceThatFits() throws Exception {
        MemoryPlan plan = plan("wan2.2-t2v-a14b", "standard", HIGH);

        assertThat(plan.arrange(141 * GIGABYTE).residence()).isEqualTo(Residence.ALL);
        assertThat(plan.arrange(75 * GIGABYTE).residence()).isEqualTo(Residence.EXPERTS);
        assertThat(plan.arrange(48 * GIGABYTE).residence()).isEqualTo(Residence.ONE_AT_A_TIME);
        Arrangement small = plan.arrange(24 * GIGABYTE);
        assertThat(small.residence()).isEqualTo(Residence.STREAMED);
        assertThat(small.streamed()).isBetween(0.4, 0.7);
        assertThat(plan.arrange(8 * GIGABYTE).residence()).isEqualTo(Residence.IMPOSSIBLE);
    }

    @Test
    void decodesInTilesWhereWholeFramesDoNotFit() throws Exception {
        MemoryPlan high = plan("wan2.2-t2v-a14b", "standard", HIGH);
        MemoryPlan low = plan("wan2.1-t2v-1.3b", "standard", new Size(832, 480));

        assertThat(high.arrange(80 * GIGABYTE).tiling()).isPresent();
        assertThat(low.arrange(80 * GIGABYTE).tiling()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32, 48, 80, 96, 141})
    void neverPlansForMoreThanThereIs(int memory) throws Exception {
        for (String name : new String[] {"wan2.2-t2v-a14b", "wan2.1-t2v-1.3b", "wan2.2-ti2v-5b"}) {
            BundleManifest manifest = EngineBundle.readManifest(Path.of("trt-engines", name));
            for (String mode : manifest.modes().keySet()) {
                for (Size size : manifest.geometry().sizes()) {
                    assertThat(plan(name, mode, size).arrange(memory * GIGABYTE).peak())
                            .as("%s %s %s", name, mode, size)
                            .isLessThanOrEqualTo(memory * GIGABYTE);
                }
            }
        }
    }

    private static MemoryPlan plan(String name, String mode, Size size) throws ExecutorException {
        BundleManifest manifest = EngineBundle.readManifest(Path.of("trt-engines", name));
        return MemoryPlan.of(
                manifest,
                manifest.modes().get(mode),
                size,
                manifest.geometry().frames().standard());
    }
}
