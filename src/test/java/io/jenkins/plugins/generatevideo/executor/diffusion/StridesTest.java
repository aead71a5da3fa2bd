package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.executor.bundle.StepCacheSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StridesTest {
    private static final int STEPS = 50;
    private static final Prediction FLOW = Prediction.flow(1000, 4.0);
    private static final DoubleFunction<float[]> CONSTANT = time -> new float[] {1, -2};

    /** The steps at which the network is evaluated, one expert down to {@code boundary}, another from there. */
    private static List<Integer> visited(StepCacheSettings settings, int boundary, DoubleFunction<float[]> network) {
        float[] times = FlowSchedule.uniPc(STEPS, FLOW).timesteps();
        Strides strides = new Strides(settings, times);
        List<Integer> visited = new ArrayList<>();
        int step = 0;
        while (step < STEPS) {
            if (step == 0 || step == boundary) {
                strides.begin(step < boundary ? boundary : STEPS);
            }
            visited.add(step);
            step = strides.next(step, network.apply(times[step]));
        }
        return visited;
    }

    @Test
    void aThresholdOfZeroLeavesNoStepOut() {
        assertThat(visited(new StepCacheSettings(0, 1, 8), 21, CONSTANT))
                .isEqualTo(IntStream.range(0, STEPS).boxed().toList());
    }

    @Test
    void stridesGrowByOneAndAreSharedOutOverAnExpertsSteps() {
        assertThat(visited(new StepCacheSettings(10, 1, 8), 21, CONSTANT))
                .containsExactly(0, 1, 3, 6, 10, 14, 18, 21, 25, 30, 35, 40, 45);
    }

    @Test
    void noStrideIsLongerThanTheLongest() {
        assertThat(visited(new StepCacheSettings(10, 1, 3), 20, CONSTANT))
                .containsExactly(0, 1, 3, 6, 9, 12, 15, 18, 20, 23, 26, 29, 32, 35, 38, 41, 44, 47);
    }

    @Test
    void everyExpertWarmsUp() {
        assertThat(visited(new StepCacheSettings(10, 4, 8), 21, CONSTANT))
                .startsWith(0, 1, 2, 3, 5)
                .contains(21, 22, 23, 24, 26);
    }

    @Test
    void whereThePredictionChangesFastEveryStepIsTaken() {
        // From one step to the next it turns round.
        boolean[] turned = {false};
        List<Integer> visited = visited(new StepCacheSettings(1, 1, 8), 21, time -> {
            turned[0] = !turned[0];
            return new float[] {turned[0] ? 1 : -1};
        });
        assertThat(visited.subList(0, 20))
                .isEqualTo(IntStream.range(0, 20).boxed().toList());
    }

    @Test
    void whereTheChangeCannotBeToldEveryStepIsTaken() {
        List<Integer> visited = visited(new StepCacheSettings(1, 1, 8), 21, time -> new float[] {0});
        assertThat(visited).hasSizeGreaterThan(STEPS - 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unipc", "dpmpp2m", "euler-trailing"})
    void fiveStepsInAStrideAreOneStepOfTheSamplerWithATenth(String name) {
        int every = 5;
        FlowSchedule few = Samplers.flowSchedule(name, STEPS / every, FLOW);
        FlowSchedule many = Samplers.flowSchedule(name, STEPS, FLOW);
        Sampler plain = Samplers.along(few, name);
        Sampler striding = Samplers.along(many, name);
        float[] expected = {0.3f, -1.2f, 0.8f};
        float[] latent = expected.clone();
        for (int step = 0; step < STEPS; step += every) {
            assertThat(many.timesteps()[step]).isEqualTo(few.timesteps()[step / every]);
            expected = plain.step(step / every, velocity(expected), expected);
            latent = striding.stride(step, step + every, velocity(latent), latent);
            assertThat(latent).containsExactly(expected);
        }
    }

    private static float[] velocity(float[] latent) {
        float[] velocity = new float[latent.length];
        for (int i = 0; i < latent.length; i++) {
            velocity[i] = (float) Math.sin(2 * latent[i]) + i;
        }
        return velocity;
    }

    @Test
    void noStrideLeadsBackOrOutOfTheSchedule() {
        Sampler sampler = Samplers.along(FlowSchedule.uniPc(4, FLOW), "unipc");
        float[] latent = {1};
        assertThatThrownBy(() -> sampler.stride(0, 0, latent, latent)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sampler.stride(0, 5, latent, latent)).isInstanceOf(IllegalArgumentException.class);
        sampler.stride(0, 3, latent, latent);
        assertThatThrownBy(() -> sampler.step(1, latent, latent)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSamplerThatIsNotOnFlowMatchingTakesEveryStep() throws Exception {
        Prediction epsilon =
                new Prediction(Prediction.Type.EPSILON, 1000, null, 0.0001, 0.02, null, null, null, null, null);
        Sampler sampler = Samplers.create("ddim", 10, epsilon, new TorchGenerator(1));
        float[] latent = {1};
        assertThatThrownBy(() -> sampler.stride(0, 2, latent, latent))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(sampler.stride(0, 1, latent, latent)).hasSize(1);
    }
}
