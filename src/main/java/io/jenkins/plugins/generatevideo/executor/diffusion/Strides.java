package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.bundle.StepCacheSettings;

/**
 * Decides after each evaluation of the network how many of the sampler's steps its prediction serves, from its outputs
 * alone, so that it serves any network. The sampler takes these steps in one stride, of its own order, so that the
 * predictions before it count too.
 *
 * <p>How fast the prediction changes is told by its last two evaluations, {@code rate = |v_a - v_b| / ((t_b - t_a)
 * |v_a|)} with their time steps and sums of absolute values, as EasyCache tells it (Zhou et al. 2025, "Less is Enough:
 * Training-Free Video Diffusion Acceleration via Runtime-Adaptive Caching"; along a flow's path the latent moves as the
 * time step does). A stride is the longest with {@code rate (t_a - t_n) < threshold}, but longer than the one before by one
 * step at most, since multistep methods err where their steps grow fast. What is left of an expert's steps is shared out
 * evenly, so that none ends with a stride too short to be of use.
 *
 * <p>For one clip; with guidance it sees the joined prediction.
 */
final class Strides {
    private final StepCacheSettings settings;
    private final float[] timesteps;
    private int end;
    private int evaluated;
    private int latest;
    private int stride;
    private float[] prediction;
    private double rate = Double.NaN;

    /** @param timesteps the sampler's, falling; after the last comes 0 */
    Strides(StepCacheSettings settings, float[] timesteps) {
        this.settings = settings;
        this.timesteps = timesteps;
    }

    /**
     * Another expert begins: what the last one said is forgotten, the strides go on, as the clip's path does.
     *
     * @param endOfExpert the first step of the expert after it, or the number of steps
     */
    void begin(int endOfExpert) {
        end = endOfExpert;
        evaluated = 0;
        prediction = null;
        rate = Double.NaN;
    }

    /**
     * The step that the network is evaluated at next.
     *
     * @param step which it was evaluated at
     * @param predicted what it said
     */
    int next(int step, float[] predicted) {
        if (prediction != null) {
            double change = StepCache.distance(predicted, prediction) / StepCache.norm(predicted);
            rate = change / (at(latest) - at(step));
        }
        prediction = predicted;
        latest = step;
        evaluated++;
        int longest = Math.min(stride + 1, settings.longestStride());
        if (evaluated < settings.warmUpSteps()) {
            longest = 1;
        }
        int chosen = 1;
        while (chosen < longest && step + chosen < end && allows(step, step + chosen + 1)) {
            chosen++;
        }
        int left = end - step;
        int strides = (left + chosen - 1) / chosen;
        stride = (int) Math.round((double) left / strides);
        return step + stride;
    }

    private double at(int step) {
        return step == timesteps.length ? 0 : timesteps[step];
    }

    /** Without two evaluations nothing speaks against it; a change that cannot be told (0/0) does. */
    private boolean allows(int from, int to) {
        return evaluated == 1 ? settings.threshold() > 0 : rate * (at(from) - at(to)) < settings.threshold();
    }
}
