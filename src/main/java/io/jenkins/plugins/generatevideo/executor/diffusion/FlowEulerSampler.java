package io.jenkins.plugins.generatevideo.executor.diffusion;

/** The plain Euler rule on flow matching: along the predicted velocity from one noise level to the next. */
final class FlowEulerSampler extends FlowSampler {
    FlowEulerSampler(FlowSchedule schedule) {
        super(schedule);
    }

    @Override
    float[] advance(int index, int to, float[] velocity, float[] latent) {
        double change = schedule.sigma(to) - schedule.sigma(index);
        float[] next = new float[latent.length];
        for (int i = 0; i < next.length; i++) {
            next[i] = (float) (latent[i] + change * velocity[i]);
        }
        return next;
    }
}
