package io.jenkins.plugins.generatevideo.executor.diffusion;

/**
 * DPM-Solver++ 2M on flow matching: second order from the present and the previous clean latent, in its midpoint form
 * (Lu et al. 2022, "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models", algorithm 2). The
 * first step has nothing to look back to and the last ends at noise level 0: both are of first order.
 */
final class DpmSolverSampler extends FlowSampler {
    private int previous;
    private float[] previousClean;

    DpmSolverSampler(FlowSchedule schedule) {
        super(schedule);
    }

    @Override
    float[] advance(int index, int to, float[] velocity, float[] latent) {
        float[] clean = schedule.clean(index, velocity, latent);
        double h = schedule.lambda(to) - schedule.lambda(index);
        double keep = schedule.sigma(to) / schedule.sigma(index);
        double gain = -schedule.alpha(to) * Math.expm1(-h);
        double slope = 0;
        if (index > 0 && to < schedule.steps()) {
            double previousH = schedule.lambda(index) - schedule.lambda(previous);
            slope = 0.5 * h / previousH;
        }
        float[] next = new float[latent.length];
        for (int i = 0; i < next.length; i++) {
            double target = slope == 0 ? clean[i] : clean[i] + slope * ((double) clean[i] - previousClean[i]);
            next[i] = (float) (keep * latent[i] + gain * target);
        }
        previousClean = clean;
        previous = index;
        return next;
    }
}
