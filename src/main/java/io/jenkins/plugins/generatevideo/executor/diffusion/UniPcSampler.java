package io.jenkins.plugins.generatevideo.executor.diffusion;

/**
 * UniPC of order 2 on flow matching, its B(h) in the second form, bh2 (Zhao et al. 2023, "UniPC: A Unified
 * Predictor-Corrector Framework for Fast Sampling of Diffusion Models", algorithms 5 and 6 for a network that predicts
 * the clean latent). Every evaluation first corrects the latent it was made at, then predicts the next one. The first
 * and the last prediction are of first order.
 *
 * <p>Both formulas share {@code h}, the growth of the half log-SNR over the interval, {@code e = exp(-h) - 1}, which is
 * also B(h), and the clean latents {@code m}:
 * {@code sigma'/sigma * x - alpha' * e * (m0 + weighted differences to m0)}.
 */
final class UniPcSampler extends OrderedSampler {
    private final FlowSchedule schedule;
    private float[] correctedLatent;
    private float[] clean;
    private float[] previousClean;
    private int order;

    UniPcSampler(FlowSchedule schedule) {
        super(schedule.timesteps());
        this.schedule = schedule;
    }

    @Override
    float[] advance(int index, float[] velocity, float[] latent) {
        float[] newClean = schedule.clean(index, velocity, latent);
        correctedLatent = index == 0 ? latent.clone() : correct(index, newClean);
        previousClean = clean;
        clean = newClean;
        order = index == 0 || index == schedule.steps() - 1 ? 1 : 2;
        return predict(index);
    }

    /** From the corrected latent at {@code index} to the latent at {@code index + 1}: UniP. */
    private float[] predict(int index) {
        double weight = order == 1 ? 0 : 0.5 / ratio(index, index + 1);
        return combine(index, weight, 0, null);
    }

    /** Takes the interval that ended at {@code index} again, now knowing the clean latent at its end: UniC. */
    private float[] correct(int index, float[] newClean) {
        double newWeight = 0.5;
        double previousWeight = 0;
        if (order == 2) {
            // The weights solve  w1 + w2 = b1,  r w1 + w2 = b2.
            double h = schedule.lambda(index) - schedule.lambda(index - 1);
            double e = Math.expm1(-h);
            double phi2 = e / -h - 1;
            double phi3 = phi2 / -h - 0.5;
            double b1 = phi2 / e;
            double b2 = 2 * phi3 / e;
            double r = ratio(index - 1, index);
            double w1 = (b1 - b2) / (1 - r);
            previousWeight = w1 / r;
            newWeight = b1 - w1;
        }
        return combine(index - 1, previousWeight, newWeight, newClean);
    }

    /** The interval before {@code from} over the interval from there to {@code to}, in half log-SNR; negative. */
    private double ratio(int from, int to) {
        return (schedule.lambda(from - 1) - schedule.lambda(from)) / (schedule.lambda(to) - schedule.lambda(from));
    }

    private float[] combine(int from, double previousWeight, double newWeight, float[] newClean) {
        double keep = schedule.sigma(from + 1) / schedule.sigma(from);
        double gain = -schedule.alpha(from + 1) * Math.expm1(schedule.lambda(from) - schedule.lambda(from + 1));
        float[] next = new float[clean.length];
        for (int i = 0; i < next.length; i++) {
            double target = clean[i];
            if (previousWeight != 0) {
                target += previousWeight * ((double) previousClean[i] - clean[i]);
            }
            if (newWeight != 0) {
                target += newWeight * ((double) newClean[i] - clean[i]);
            }
            next[i] = (float) (keep * correctedLatent[i] + gain * target);
        }
        return next;
    }
}
