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
final class UniPcSampler extends FlowSampler {
    private float[] correctedLatent;
    private float[] clean;
    private float[] previousClean;
    // the levels of clean and previousClean
    private int at;
    private int previous;
    private int order;

    UniPcSampler(FlowSchedule schedule) {
        super(schedule);
    }

    @Override
    float[] advance(int index, int to, float[] velocity, float[] latent) {
        float[] newClean = schedule.clean(index, velocity, latent);
        correctedLatent = index == 0 ? latent.clone() : correct(index, newClean);
        previousClean = clean;
        clean = newClean;
        previous = at;
        at = index;
        order = index == 0 || to == schedule.steps() ? 1 : 2;
        return predict(to);
    }

    /** From the corrected latent at the present level to the latent at {@code to}: UniP. */
    private float[] predict(int to) {
        double weight = order == 1 ? 0 : 0.5 / ratio(to);
        return combine(to, weight, 0, null);
    }

    /** Takes the interval that ended at {@code index} again, now knowing the clean latent at its end: UniC. */
    private float[] correct(int index, float[] newClean) {
        double newWeight = 0.5;
        double previousWeight = 0;
        if (order == 2) {
            // The weights solve  w1 + w2 = b1,  r w1 + w2 = b2.
            double h = schedule.lambda(index) - schedule.lambda(at);
            double e = Math.expm1(-h);
            double phi2 = e / -h - 1;
            double phi3 = phi2 / -h - 0.5;
            double b1 = phi2 / e;
            double b2 = 2 * phi3 / e;
            double r = ratio(index);
            double w1 = (b1 - b2) / (1 - r);
            previousWeight = w1 / r;
            newWeight = b1 - w1;
        }
        return combine(index, previousWeight, newWeight, newClean);
    }

    /** The interval before the present level over the interval from there to {@code to}, in half log-SNR; negative. */
    private double ratio(int to) {
        return (schedule.lambda(previous) - schedule.lambda(at)) / (schedule.lambda(to) - schedule.lambda(at));
    }

    private float[] combine(int to, double previousWeight, double newWeight, float[] newClean) {
        double keep = schedule.sigma(to) / schedule.sigma(at);
        double gain = -schedule.alpha(to) * Math.expm1(schedule.lambda(at) - schedule.lambda(to));
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
