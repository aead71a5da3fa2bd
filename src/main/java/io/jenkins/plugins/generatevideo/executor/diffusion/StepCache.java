package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.StepCacheSettings;

/**
 * Decides at each denoising step whether the network is evaluated or its earlier predictions do, from its inputs and
 * outputs alone, so that it serves any network. The rule is that of EasyCache (Zhou et al. 2025, "Less is Enough:
 * Training-Free Video Diffusion Acceleration via Runtime-Adaptive Caching"): how much the prediction moved for a movement
 * of the latent between the last two evaluations, {@code k = |v_a - v_b| / |x_a - x_b|}, foretells the relative change at a
 * step, {@code k |x_n - x_(n-1)| / |v_a|}; while those changes add up to less than the threshold, nothing is evaluated. All
 * norms are sums of absolute values. What is reused is the prediction itself; EasyCache adds the latent's movement to it,
 * which strays further where the prediction is a flow's velocity, nearly constant along its path.
 *
 * <p>For one expert of one clip; with guidance it sees the joined prediction, since reuse and guidance are both linear.
 */
final class StepCache {
    /** One real evaluation of the network. */
    @FunctionalInterface
    interface Evaluation {
        float[] predict() throws ExecutorException;
    }

    /** What the network was given and what it said. */
    private record Evaluated(float[] latent, float[] prediction) {}

    private final StepCacheSettings settings;
    private int steps;
    private Evaluated latest;
    private Evaluated before;
    private float[] lastLatent;
    private double change;

    StepCache(StepCacheSettings settings) {
        this.settings = settings;
    }

    /**
     * The prediction for a step.
     *
     * @param latent what the network would be given, any shape, flat; left alone by everyone afterwards
     * @param last whether it is the clip's last step, which is always evaluated
     */
    float[] predict(float[] latent, boolean last, Evaluation evaluation) throws ExecutorException {
        boolean reuse = mayReuse(latent) && !last;
        steps++;
        lastLatent = latent;
        if (!reuse) {
            before = latest;
            latest = new Evaluated(latent, evaluation.predict());
            change = 0;
        }
        return latest.prediction();
    }

    /** A change that cannot be told (0/0) is not below the threshold. */
    private boolean mayReuse(float[] latent) {
        if (before == null || steps < settings.warmUpSteps()) {
            return false;
        }
        double rate = distance(latest.prediction(), before.prediction()) / distance(latest.latent(), before.latent());
        change += rate * distance(latent, lastLatent) / norm(latest.prediction());
        return change < settings.threshold();
    }

    static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum;
    }

    static double norm(float[] a) {
        double sum = 0;
        for (float value : a) {
            sum += Math.abs(value);
        }
        return sum;
    }
}
