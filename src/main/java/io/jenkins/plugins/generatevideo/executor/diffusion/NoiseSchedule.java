package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.BetaSchedule;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.TimestepSpacing;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.Type;

/**
 * The variance-preserving noise schedule of a model trained on epsilon or v. A latent at training step {@code t} is
 * {@code sqrt(alphaBar(t)) * clean + sqrt(1 - alphaBar(t)) * noise} (Ho et al. 2020, "Denoising Diffusion Probabilistic
 * Models", equation 4).
 */
public final class NoiseSchedule {
    private final Prediction prediction;
    private final double[] alphaBars;

    /** @param prediction one of type epsilon or v */
    public NoiseSchedule(Prediction prediction) {
        if (prediction.type() == Type.FLOW) {
            throw new IllegalArgumentException("a flow prediction has no beta schedule");
        }
        this.prediction = prediction;
        this.alphaBars = cumulativeAlphas(prediction);
        if (prediction.zeroTerminalSnr()) {
            rescaleToZeroTerminalSnr(alphaBars);
        }
    }

    private static double[] cumulativeAlphas(Prediction prediction) {
        boolean scaled = prediction.betaSchedule() == BetaSchedule.SCALED_LINEAR;
        double start = scaled ? Math.sqrt(prediction.betaStart()) : prediction.betaStart();
        double end = scaled ? Math.sqrt(prediction.betaEnd()) : prediction.betaEnd();
        double[] alphaBars = new double[prediction.trainTimesteps()];
        double product = 1;
        for (int t = 0; t < alphaBars.length; t++) {
            double value = start + (end - start) * t / Math.max(1, alphaBars.length - 1);
            product *= 1 - (scaled ? value * value : value);
            alphaBars[t] = product;
        }
        return alphaBars;
    }

    /** Lin et al. 2024, "Common Diffusion Noise Schedules and Sample Steps are Flawed", algorithm 1. */
    private static void rescaleToZeroTerminalSnr(double[] alphaBars) {
        double first = Math.sqrt(alphaBars[0]);
        double last = Math.sqrt(alphaBars[alphaBars.length - 1]);
        for (int t = 0; t < alphaBars.length; t++) {
            double root = (Math.sqrt(alphaBars[t]) - last) * first / (first - last);
            alphaBars[t] = root * root;
        }
    }

    /** Whether the network predicts v; else it predicts epsilon. */
    boolean predictsV() {
        return prediction.type() == Type.V;
    }

    /** The share of the clean latent's variance at a training step; of a step below 0, what the final step leads to. */
    double alphaBar(int timestep) {
        if (timestep >= 0) {
            return alphaBars[timestep];
        }
        return prediction.setAlphaToOne() ? 1 : alphaBars[0];
    }

    /** How many training steps lie between two steps of a run, rounded down. */
    int stride(int steps) {
        return prediction.trainTimesteps() / steps;
    }

    /** The training steps that a run of {@code steps} steps visits, falling. */
    int[] timesteps(int steps) {
        double end = prediction.trainTimesteps();
        // Not simplified: where a step falls on a half, NumPy's rounding of this difference decides which way it goes.
        double down = (end - end / steps) - end;
        int[] timesteps = new int[steps];
        for (int i = 0; i < steps; i++) {
            if (prediction.timestepSpacing() == TimestepSpacing.TRAILING) {
                timesteps[i] = (int) Math.rint(end + i * down) - 1;
            } else {
                timesteps[i] = (steps - 1 - i) * stride(steps) + prediction.stepsOffset();
            }
        }
        return timesteps;
    }
}
