package io.jenkins.plugins.generatevideo.executor.diffusion;

/** The plain Euler rule on flow matching: along the predicted velocity from one noise level to the next. */
final class FlowEulerSampler extends OrderedSampler {
    private final FlowSchedule schedule;

    FlowEulerSampler(FlowSchedule schedule) {
        super(schedule.timesteps());
        this.schedule = schedule;
    }

    @Override
    float[] advance(int index, float[] velocity, float[] latent) {
        double change = schedule.sigma(index + 1) - schedule.sigma(index);
        float[] next = new float[latent.length];
        for (int i = 0; i < next.length; i++) {
            next[i] = (float) (latent[i] + change * velocity[i]);
        }
        return next;
    }
}
