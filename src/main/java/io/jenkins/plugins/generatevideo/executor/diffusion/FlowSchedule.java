package io.jenkins.plugins.generatevideo.executor.diffusion;

import java.util.Arrays;

/**
 * The noise levels (sigmas) that a run on flow matching passes through. A latent at level sigma is
 * {@code (1 - sigma) * clean + sigma * noise}. Each solver's published implementation spaces its levels in its own way,
 * hence three ways to make one. Levels are kept as 32-bit floats, as those implementations keep them: the solvers take
 * logarithms of {@code 1 - sigma}, which near 1 depend on that rounding.
 */
public final class FlowSchedule {
    // The level 1 itself has no finite log-SNR; diffusers' UniPC starts this much below it.
    private static final double BELOW_ONE = 1e-6;

    private final float[] sigmas;
    private final float[] timesteps;

    private FlowSchedule(double[] levels, int trainTimesteps, boolean wholeTimesteps) {
        sigmas = new float[levels.length + 1];
        timesteps = new float[levels.length];
        for (int i = 0; i < levels.length; i++) {
            sigmas[i] = (float) levels[i];
            timesteps[i] = wholeTimesteps ? (float) Math.floor(levels[i] * trainTimesteps) : sigmas[i] * trainTimesteps;
        }
    }

    /**
     * The levels of UniPC: even from 1 down, {@code 1 / trainTimesteps} being the one after the last, shifted. Those of
     * {@code n} steps are also among those of {@code 2 n}.
     */
    public static FlowSchedule uniPc(int steps, Prediction prediction) {
        double last = 1.0 / prediction.trainTimesteps();
        double[] levels = new double[steps];
        for (int i = 0; i < steps; i++) {
            levels[i] = shift(even(1, last, i, steps), prediction.flowShift());
        }
        if (Math.abs(levels[0] - 1) < BELOW_ONE) {
            levels[0] -= BELOW_ONE;
        }
        return new FlowSchedule(levels, prediction.trainTimesteps(), true);
    }

    /** The levels of DPM-Solver++: even from {@code 1 - 1 / trainTimesteps} down to 0, shifted. */
    public static FlowSchedule dpmSolver(int steps, Prediction prediction) {
        double last = 1.0 / prediction.trainTimesteps();
        double[] levels = new double[steps];
        for (int i = 0; i < steps; i++) {
            levels[i] = shift(1 - even(1, last, steps - i, steps), prediction.flowShift());
        }
        return new FlowSchedule(levels, prediction.trainTimesteps(), true);
    }

    /**
     * The levels of flow Euler: even between the largest and the smallest level of training, where the shift is
     * applied to these two ends and then to every level again. The time steps are not whole numbers.
     */
    public static FlowSchedule euler(int steps, Prediction prediction) {
        double first = shift(1, prediction.flowShift());
        double last = shift(1.0 / prediction.trainTimesteps(), prediction.flowShift());
        double[] levels = new double[steps];
        for (int i = 0; i < steps; i++) {
            levels[i] = shift(even(first, last, i, Math.max(1, steps - 1)), prediction.flowShift());
        }
        return new FlowSchedule(levels, prediction.trainTimesteps(), false);
    }

    private FlowSchedule(float[] sigmas, float[] timesteps) {
        this.sigmas = sigmas;
        this.timesteps = timesteps;
    }

    /** The part of this schedule that begins at or below a noise level: one step at least. */
    FlowSchedule from(double level) {
        int first = 0;
        while (first < steps() - 1 && sigmas[first] > level) {
            first++;
        }
        return new FlowSchedule(
                Arrays.copyOfRange(sigmas, first, sigmas.length), Arrays.copyOfRange(timesteps, first, steps()));
    }

    private static double even(double start, double end, int index, int parts) {
        return index == parts ? end : start + index * ((end - start) / parts);
    }

    /** Esser et al. 2024, "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis", equation 23. */
    private static double shift(double sigma, double shift) {
        return shift * sigma / (1 + (shift - 1) * sigma);
    }

    /** The number of steps. */
    public int steps() {
        return timesteps.length;
    }

    /** The time step given to the network at each step, in {@code [0, trainTimesteps]}, falling. */
    public float[] timesteps() {
        return timesteps.clone();
    }

    /** The noise level before each step and, last, the level 0 after the final one: {@code steps() + 1} values. */
    public float[] sigmas() {
        return sigmas.clone();
    }

    /** The share of noise before step {@code index}. */
    double sigma(int index) {
        return sigmas[index];
    }

    /** The share of the clean latent before step {@code index}. */
    double alpha(int index) {
        return 1 - (double) sigmas[index];
    }

    /** Half the logarithm of the signal-to-noise ratio before step {@code index}; infinite after the final step. */
    double lambda(int index) {
        return Math.log(alpha(index)) - Math.log(sigma(index));
    }

    /** The clean latent that a predicted velocity points to from {@code latent}, before step {@code index}. */
    float[] clean(int index, float[] velocity, float[] latent) {
        double sigma = sigma(index);
        float[] clean = new float[latent.length];
        for (int i = 0; i < clean.length; i++) {
            clean[i] = (float) (latent[i] - sigma * velocity[i]);
        }
        return clean;
    }
}
