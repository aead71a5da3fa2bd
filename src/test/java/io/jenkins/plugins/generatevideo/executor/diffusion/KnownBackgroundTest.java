package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A latent of one channel and one frame of 8x8 places; the scene is 1 everywhere. */
class KnownBackgroundTest {
    private static final int SIDE = 8;
    private static final double SIGMA = 0.5;

    private final boolean[] known = new boolean[SIDE * SIDE];
    private final float[] latent = new float[SIDE * SIDE];

    @Test
    void leadsToTheSceneWhereThePredictionNearlyDoes() {
        Arrays.fill(known, true);
        Arrays.fill(latent, 0.2f);

        float[] guided = guide(velocityTo(1.3f));

        for (int i = 0; i < guided.length; i++) {
            assertThat(latent[i] - SIGMA * guided[i]).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void leavesAloneWhatStandsBeforeTheSceneAndAMarginAroundIt() {
        Arrays.fill(known, true);
        float[] velocity = velocityTo(1.1f);
        int middle = 4 * SIDE + 4;
        velocity[middle] = velocityTo(3f)[middle];

        float[] guided = guide(velocity);

        assertThat(guided[middle]).isEqualTo(velocity[middle]);
        assertThat(guided[middle + 1]).isEqualTo(velocity[middle + 1]);
        assertThat(latent[middle + 2] - SIGMA * guided[middle + 2]).isCloseTo(1, within(1e-6));
    }

    @Test
    void leavesAloneWhereTheSceneIsNotKnown() {
        float[] velocity = velocityTo(1.1f);

        assertThat(guide(velocity)).containsExactly(velocity);
    }

    private float[] guide(float[] velocity) {
        SceneTemplate.Origin origin =
                new SceneTemplate.Origin("shapes", "1", "", "a meadow", "", 1, "standard", 100, 1, 1, 1);
        float[] scene = new float[SIDE * SIDE];
        Arrays.fill(scene, 1);
        FloatTensor tensor = new FloatTensor(new long[] {1, 1, 1, SIDE, SIDE}, scene);
        return new KnownBackground(new SceneTemplate(origin, "", tensor, known, new byte[3], new boolean[1]))
                .guide(SIGMA, latent, velocity);
    }

    /** The velocity that leads from {@link #latent} to {@code clean}. */
    private float[] velocityTo(float clean) {
        float[] velocity = new float[latent.length];
        for (int i = 0; i < velocity.length; i++) {
            velocity[i] = (float) ((latent[i] - clean) / SIGMA);
        }
        return velocity;
    }
}
