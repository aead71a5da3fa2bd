package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.StepCacheSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks in closed form: what a step cache must do can be told with pencil and paper. */
class StepCacheTest {
    private static final int STEPS = 50;

    /** A velocity field; an evaluation counts. */
    private interface Field {
        float[] velocity(float[] latent, float time);
    }

    /** The field of a rotation, which no step foretells exactly. */
    private static final Field ROTATION = (latent, time) -> new float[] {-latent[1], latent[0]};

    /** What Euler's method reaches, and at which of its steps the field was evaluated. */
    private record Run(float[] end, List<Integer> evaluated) {}

    private static Run run(StepCacheSettings settings, Field field) throws ExecutorException {
        StepCache cache = settings == null ? null : new StepCache(settings);
        List<Integer> evaluated = new ArrayList<>();
        float[] latent = {1, 0.5f};
        for (int i = 0; i < STEPS; i++) {
            int step = i;
            float time = 1000f * (STEPS - step) / STEPS;
            float[] noisy = latent;
            StepCache.Evaluation evaluation = () -> {
                evaluated.add(step);
                return field.velocity(noisy, time);
            };
            float[] velocity =
                    cache == null ? evaluation.predict() : cache.predict(noisy, step == STEPS - 1, evaluation);
            latent = new float[] {noisy[0] + velocity[0] / STEPS, noisy[1] + velocity[1] / STEPS};
        }
        return new Run(latent, evaluated);
    }

    @Test
    void changesNoBitAtAThresholdOfZero() throws ExecutorException {
        Run cached = run(new StepCacheSettings(0, 1, null), ROTATION);

        assertThat(cached.end()).isEqualTo(run(null, ROTATION).end());
        assertThat(cached.evaluated()).hasSize(STEPS);
    }

    @Test
    void evaluatesTheWarmUpAndTheLastStepWhateverTheThreshold() throws ExecutorException {
        assertThat(run(new StepCacheSettings(10, 7, null), ROTATION).evaluated())
                .containsExactly(0, 1, 2, 3, 4, 5, 6, STEPS - 1);
    }

    @Test
    void evaluatesTwiceBeforeItCanTellAChange() throws ExecutorException {
        assertThat(run(new StepCacheSettings(10, 1, null), ROTATION).evaluated())
                .containsExactly(0, 1, STEPS - 1);
    }

    @Test
    void losesNothingWhereTheFieldIsConstant() throws ExecutorException {
        Field constant = (latent, time) -> new float[] {0.25f, -2};

        Run cached = run(new StepCacheSettings(0.01, 2, null), constant);

        assertThat(cached.evaluated()).containsExactly(0, 1, STEPS - 1);
        assertThat(cached.end()).isEqualTo(run(null, constant).end());
    }

    @Test
    void evaluatesLessAtAHigherThresholdAndStaysNearTheTruth() throws ExecutorException {
        float[] truth = run(null, ROTATION).end();
        int evaluations = STEPS + 1;
        for (double threshold : new double[] {0.021, 0.05, 0.1, 0.2}) {
            Run cached = run(new StepCacheSettings(threshold, 2, null), ROTATION);

            assertThat(cached.evaluated()).hasSizeLessThan(evaluations);
            evaluations = cached.evaluated().size();
            // Over the unit of time the field is wrong by no more than the threshold times its length.
            double length = Math.abs(truth[0]) + Math.abs(truth[1]);
            assertThat(cached.end()[0]).isCloseTo(truth[0], within((float) (threshold * length)));
            assertThat(cached.end()[1]).isCloseTo(truth[1], within((float) (threshold * length)));
        }
    }

    @Test
    void foretellsTheChangeFromTheLastTwoEvaluations() throws ExecutorException {
        StepCache cache = new StepCache(new StepCacheSettings(0.3, 2, null));
        // The prediction moves twice as much as the latent: from (0, 10) to (1, 12), so 2 by a step of 1.
        assertThat(cache.predict(new float[] {0}, false, () -> new float[] {10}))
                .containsExactly(10);
        assertThat(cache.predict(new float[] {1}, false, () -> new float[] {12}))
                .containsExactly(12);
        // 2 * 1 / 12 = 0.17 is below 0.3; with the next step of 1 it is 0.33.
        assertThat(cache.predict(new float[] {2}, false, () -> new float[] {99}))
                .containsExactly(12);
        assertThat(cache.predict(new float[] {3}, false, () -> new float[] {16}))
                .containsExactly(16);
    }

    @Test
    void evaluatesWhereTheChangeCannotBeTold() throws ExecutorException {
        Run cached = run(new StepCacheSettings(0.5, 2, null), (latent, time) -> new float[] {0, 0});

        assertThat(cached.evaluated()).hasSize(STEPS);
    }
}
