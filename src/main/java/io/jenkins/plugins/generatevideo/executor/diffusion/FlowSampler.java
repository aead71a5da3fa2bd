package io.jenkins.plugins.generatevideo.executor.diffusion;

/** A sampler on flow matching: it runs through the noise levels of a schedule, and may stride over some. */
abstract class FlowSampler extends OrderedSampler {
    final FlowSchedule schedule;

    FlowSampler(FlowSchedule schedule) {
        super(schedule.timesteps());
        this.schedule = schedule;
    }

    @Override
    public final float[] stride(int index, int next, float[] velocity, float[] latent) {
        if (next <= index || next > schedule.steps()) {
            throw new IllegalArgumentException("no stride leads from level " + index + " to level " + next);
        }
        takeTurn(index, next, velocity, latent);
        return advance(index, next, velocity, latent);
    }

    @Override
    final float[] advance(int index, float[] velocity, float[] latent) {
        return advance(index, index + 1, velocity, latent);
    }

    /** From level {@code index}, which is in turn, to level {@code next}. */
    abstract float[] advance(int index, int next, float[] velocity, float[] latent);
}
