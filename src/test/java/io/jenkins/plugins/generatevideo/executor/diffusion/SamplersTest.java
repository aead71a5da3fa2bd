package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.TimestepSpacing;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.Type;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplersTest {
    private static final Prediction FLOW = Prediction.flow(1000, 5);
    private static final Prediction EPSILON = beta(Type.EPSILON, false, 0);
    private static final Prediction ZERO_SNR = beta(Type.V, true, 0);

    private static Prediction beta(Type type, boolean zeroTerminalSnr, int stepsOffset) {
        return new Prediction(
                type, 1000, null, 0.00085, 0.012, null, zeroTerminalSnr, TimestepSpacing.LEADING, stepsOffset, null);
    }

    private static Sampler create(String name, int steps, Prediction prediction) throws ExecutorException {
        return Samplers.create(name, steps, prediction, new TorchGenerator(0));
    }

    private static void assertRefused(
            String name, int steps, Prediction prediction, ExitCode exitCode, String... parts) {
        assertThatExceptionOfType(ExecutorException.class)
                .isThrownBy(() -> create(name, steps, prediction))
                .withMessageContainingAll(parts)
                .matches(refusal -> refusal.exitCode() == exitCode, "exit code " + exitCode);
    }

    @Test
    void refusesAnUnknownSamplerAndListsTheKnown() {
        assertRefused("heun", 10, FLOW, ExitCode.BAD_BUNDLE, "\"heun\"", "unipc, dpmpp2m, euler or euler-trailing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "plms", "lcm"})
    void refusesASamplerOfBetaSchedulesOnFlow(String name) {
        assertRefused(
                name, 10, FLOW, ExitCode.BAD_BUNDLE, name, "type flow", "unipc, dpmpp2m, euler or euler-trailing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unipc", "dpmpp2m", "euler", "euler-trailing"})
    void refusesAFlowSamplerOnBetaSchedules(String name) {
        assertRefused(name, 10, EPSILON, ExitCode.BAD_BUNDLE, name, "type epsilon", "ddim, plms or lcm");
    }

    @Test
    void refusesPlmsWhereTheScheduleEndsInPureNoise() {
        assertRefused("plms", 10, ZERO_SNR, ExitCode.BAD_BUNDLE, "zeroTerminalSnr", "ddim or lcm");
    }

    @ParameterizedTest
    @CsvSource({"unipc,0,1000", "euler,-1,1000", "dpmpp2m,1001,1000"})
    void refusesStepsOutOfRangeOnFlow(String name, int steps, int maximum) {
        assertRefused(name, steps, FLOW, ExitCode.BAD_REQUEST, "1 to " + maximum + " steps", "not " + steps);
    }

    @Test
    void refusesMoreLcmStepsThanWereDistilled() {
        assertRefused("lcm", 51, EPSILON, ExitCode.BAD_REQUEST, "1 to 50 steps", "not 51");
    }

    @Test
    void refusesStepsThatAnOffsetLeadsPastTheSchedule() {
        assertRefused("ddim", 1000, beta(Type.EPSILON, false, 1), ExitCode.BAD_REQUEST, "1000 steps", "stepsOffset 1");
    }

    @ParameterizedTest
    @CsvSource({
        "unipc,1",
        "unipc,2",
        "unipc,3",
        "unipc,1000",
        "dpmpp2m,1",
        "dpmpp2m,1000",
        "euler,1",
        "euler,1000",
        "euler-trailing,1"
    })
    void staysFiniteOnFlowWithFewAndManySteps(String name, int steps) throws ExecutorException {
        for (double shift : new double[] {0.01, 1, 100}) {
            Prediction prediction = Prediction.flow(1000, shift);
            assertFinite(run(create(name, steps, prediction)));
        }
    }

    @ParameterizedTest
    @CsvSource({"ddim,1", "ddim,7", "ddim,1000", "plms,1", "plms,2", "plms,3", "plms,1000", "lcm,1", "lcm,50"})
    void staysFiniteOnBetaSchedulesWithFewAndManySteps(String name, int steps) throws ExecutorException {
        for (TimestepSpacing spacing : TimestepSpacing.values()) {
            for (Type type : new Type[] {Type.EPSILON, Type.V}) {
                Prediction prediction =
                        new Prediction(type, 1000, null, 0.00085, 0.012, null, null, spacing, null, null);
                assertFinite(run(create(name, steps, prediction)));
            }
        }
    }

    @Test
    void startsFromPureNoiseWhereTheScheduleAllowsIt() throws ExecutorException {
        Prediction prediction =
                new Prediction(Type.V, 1000, null, 0.00085, 0.012, null, true, TimestepSpacing.TRAILING, null, null);
        assertThat(new NoiseSchedule(prediction).alphaBar(999)).isZero();
        assertFinite(run(create("ddim", 4, prediction)));
        assertFinite(run(create("lcm", 4, prediction)));
    }

    @Test
    void needsOneEvaluationMoreForPlms() throws ExecutorException {
        assertThat(create("plms", 20, EPSILON).timesteps()).hasSize(21);
        assertThat(create("ddim", 20, EPSILON).timesteps()).hasSize(20);
    }

    @Test
    void refusesAStepOutOfTurnOrOnceTooOften() throws ExecutorException {
        Sampler sampler = create("unipc", 2, FLOW);
        float[] latent = {1, 2};
        assertThatIllegalStateException().isThrownBy(() -> sampler.step(1, latent, latent));
        sampler.step(0, latent, latent);
        assertThatIllegalStateException().isThrownBy(() -> sampler.step(0, latent, latent));
        sampler.step(1, latent, latent);
        assertThatIllegalStateException().isThrownBy(() -> sampler.step(2, latent, latent));
    }

    @Test
    void refusesAPredictionOfAnotherSizeThanTheLatent() throws ExecutorException {
        Sampler sampler = create("euler", 2, FLOW);
        assertThatIllegalArgumentException().isThrownBy(() -> sampler.step(0, new float[3], new float[4]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"unipc", "dpmpp2m", "euler", "euler-trailing"})
    void leavesItsArgumentsAlone(String name) throws ExecutorException {
        Sampler sampler = create(name, 4, FLOW);
        float[] latent = {1, -2, 3};
        for (int step = 0; step < 4; step++) {
            float[] before = latent.clone();
            float[] output = {0.5f, 0.25f, -step};
            float[] outputBefore = output.clone();
            float[] next = sampler.step(step, output, latent);
            assertThat(latent).containsExactly(before);
            assertThat(output).containsExactly(outputBefore);
            Arrays.fill(latent, Float.NaN);
            Arrays.fill(output, Float.NaN);
            latent = next;
            assertFinite(latent);
        }
    }

    /** Clean latents of variance 1 around 0: the exact solution takes the noise at level 1 to itself. */
    @ParameterizedTest
    @CsvSource({"unipc,5e-4", "dpmpp2m,5e-3", "euler,0.05", "euler-trailing,0.05"})
    void convergesToTheExactSolutionOfAGaussian(String name, double tolerance) throws ExecutorException {
        Sampler sampler = create(name, 200, Prediction.flow(1000, 3));
        float[] sigmas =
                Samplers.flowSchedule(name, 200, Prediction.flow(1000, 3)).sigmas();
        float[] noise = new TorchGenerator(1).randn(32);
        float[] latent = noise;
        for (int step = 0; step < 200; step++) {
            double sigma = sigmas[step];
            double variance = sigma * sigma + (1 - sigma) * (1 - sigma);
            float[] velocity = new float[latent.length];
            for (int i = 0; i < latent.length; i++) {
                velocity[i] = (float) ((2 * sigma - 1) / variance * latent[i]);
            }
            latent = sampler.step(step, velocity, latent);
        }
        for (int i = 0; i < latent.length; i++) {
            assertThat((double) latent[i]).isCloseTo(noise[i], within(tolerance));
        }
    }

    @Test
    void leavesNoStepToTheSmallestLevelInTrailingEuler() {
        Prediction prediction = Prediction.flow(1000, 4);
        float[] few = Samplers.flowSchedule("euler-trailing", 4, prediction).sigmas();
        float[] many = Samplers.flowSchedule("unipc", 16, prediction).sigmas();
        for (int level = 0; level <= 4; level++) {
            assertThat(few[level]).isCloseTo(many[4 * level], within(1e-6f));
        }
        assertThat(few[3]).isGreaterThan(0.5f);
        assertThat(Samplers.flowSchedule("euler", 4, prediction).sigmas()[3]).isLessThan(0.02f);
    }

    private static float[] run(Sampler sampler) {
        float[] latent = new TorchGenerator(4).randn(24);
        float[] timesteps = sampler.timesteps();
        for (int step = 0; step < timesteps.length; step++) {
            float[] output = new float[latent.length];
            for (int i = 0; i < output.length; i++) {
                output[i] = (float) Math.sin(latent[i] + timesteps[step] / 1000);
            }
            latent = sampler.step(step, output, latent);
        }
        return latent;
    }

    private static void assertFinite(float[] latent) {
        for (float value : latent) {
            assertThat(value).isFinite();
        }
    }
}
