package io.jenkins.plugins.generatevideo.executor.diffusion;

/**
 * DPM-Solver++ 2M on flow matching: second order from the present and the previous clean latent, in its midpoint form
 * (Lu et al. 2022, "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models", algorithm 2). The
 * first step has nothing to look back to and the last ends at noise level 0: both are of first order.
 */
final class DpmSolverSampler extends OrderedSampler {
    private final FlowSchedule schedule;
    private float[] previousClean;

    DpmSolverSampler(FlowSchedule schedule) {
        super(schedule.timesteps());
        this.schedule = schedule;
    }

    @Override
    float[] advance(int index, float[] velocity, float[] latent) {
        float[] clean = schedule.clean(index, velocity, latent);
        double h = schedule.lambda(index + 1) - schedule.lambda(index);
        double keep = schedule.sigma(index + 1) / schedule.sigma(index);
        double gain = -schedule.alpha(index + 1) * Math.expm1(-h);
        double slope = 0;
        if (index > 0 && index < schedule.steps() - 1) {
            double previousH = schedule.lambda(index) - schedule.lambda(index - 1);
            slope = 0.5 * h / previousH;
        }
        float[] next = new float[latent.length];
        for (int i = 0; i < next.length; i++) {
            double target = slope == 0 ? clean[i] : clean[i] + slope * ((double) clean[i] - previousClean[i]);
            next[i] = (float) (keep * latent[i] + gain * target);
        }
        previousClean = clean;
        return next;
    }
}
