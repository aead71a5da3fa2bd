package io.jenkins.plugins.generatevideo.executor.diffusion;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * PLMS: the pseudo linear multistep rule of PNDM without its Runge-Kutta warm-up (Liu et al. 2022, "Pseudo Numerical
 * Methods for Diffusion Models on Manifolds", equations 9 and 12). The first step is taken twice, the second time with
 * the mean of the predictions at its two ends, so that {@code n} steps need {@code n + 1} evaluations ({@code n} = 1
 * needs 1).
 */
final class PlmsSampler extends OrderedSampler {
    // Adams-Bashforth coefficients by the number of predictions at hand, newest first.
    private static final double[][] COEFFICIENTS = {
        {1}, {3 / 2.0, -1 / 2.0}, {23 / 12.0, -16 / 12.0, 5 / 12.0}, {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}
    };

    private final NoiseSchedule schedule;
    private final int[] timesteps;
    private final int stride;
    private final Deque<float[]> outputs = new ArrayDeque<>();
    private float[] firstLatent;

    PlmsSampler(NoiseSchedule schedule, int steps) {
        this(schedule, repeatSecond(schedule.timesteps(steps)), schedule.stride(steps));
    }

    private PlmsSampler(NoiseSchedule schedule, int[] timesteps, int stride) {
        super(toFloats(timesteps));
        this.schedule = schedule;
        this.timesteps = timesteps;
        this.stride = stride;
    }

    private static int[] repeatSecond(int[] timesteps) {
        if (timesteps.length == 1) {
            return timesteps;
        }
        int[] repeated = new int[timesteps.length + 1];
        System.arraycopy(timesteps, 0, repeated, 0, 2);
        System.arraycopy(timesteps, 1, repeated, 2, timesteps.length - 1);
        return repeated;
    }

    @Override
    float[] advance(int index, float[] modelOutput, float[] latent) {
        if (index == 1) {
            float[] mean = weigh(new double[] {0.5, 0.5}, modelOutput);
            return transfer(timesteps[1] + stride, timesteps[1], mean, firstLatent);
        }
        if (index == 0) {
            firstLatent = latent.clone();
        }
        double[] coefficients = COEFFICIENTS[Math.min(outputs.size(), COEFFICIENTS.length - 1)];
        float[] combined = weigh(coefficients, modelOutput);
        outputs.addFirst(modelOutput.clone());
        if (outputs.size() == COEFFICIENTS.length) {
            outputs.removeLast();
        }
        return transfer(timesteps[index], timesteps[index] - stride, combined, latent);
    }

    private float[] weigh(double[] coefficients, float[] newest) {
        double[] sum = new double[newest.length];
        int age = 0;
        add(coefficients[age++], newest, sum);
        for (float[] output : outputs) {
            if (age < coefficients.length) {
                add(coefficients[age++], output, sum);
            }
        }
        float[] combined = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            combined[i] = (float) sum[i];
        }
        return combined;
    }

    private static void add(double factor, float[] values, double[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * values[i];
        }
    }

    /** The transfer part, equation 9. */
    private float[] transfer(int timestep, int nextTimestep, float[] modelOutput, float[] latent) {
        double alphaBar = schedule.alphaBar(timestep);
        double nextAlphaBar = schedule.alphaBar(nextTimestep);
        double signal = Math.sqrt(alphaBar);
        double noise = Math.sqrt(1 - alphaBar);
        double keep = Math.sqrt(nextAlphaBar / alphaBar);
        double divisor = alphaBar * Math.sqrt(1 - nextAlphaBar) + Math.sqrt(alphaBar * (1 - alphaBar) * nextAlphaBar);
        double gain = (nextAlphaBar - alphaBar) / divisor;
        float[] next = new float[latent.length];
        for (int i = 0; i < next.length; i++) {
            double epsilon = schedule.predictsV() ? signal * modelOutput[i] + noise * latent[i] : modelOutput[i];
            next[i] = (float) (keep * latent[i] - gain * epsilon);
        }
        return next;
    }
}
