package io.jenkins.plugins.generatevideo.executor.diffusion;

/**
 * DDIM without added noise (Song et al. 2021, "Denoising Diffusion Implicit Models", equation 12 with eta 0), for
 * networks that predict epsilon or v.
 */
final class DdimSampler extends OrderedSampler {
    private final NoiseSchedule schedule;
    private final int[] timesteps;

    DdimSampler(NoiseSchedule schedule, int steps) {
        super(toFloats(schedule.timesteps(steps)));
        this.schedule = schedule;
        this.timesteps = schedule.timesteps(steps);
    }

    @Override
    float[] advance(int index, float[] modelOutput, float[] latent) {
        double alphaBar = schedule.alphaBar(timesteps[index]);
        // A whole stride down, as published samplers do it, even where rounded time steps lie a little closer or wider.
        double nextAlphaBar = schedule.alphaBar(timesteps[index] - schedule.stride(timesteps.length));
        double signal = Math.sqrt(alphaBar);
        double noise = Math.sqrt(1 - alphaBar);
        double nextSignal = Math.sqrt(nextAlphaBar);
        double nextNoise = Math.sqrt(1 - nextAlphaBar);
        float[] next = new float[latent.length];
        for (int i = 0; i < next.length; i++) {
            double clean;
            double epsilon;
            if (schedule.predictsV()) {
                clean = signal * latent[i] - noise * modelOutput[i];
                epsilon = signal * modelOutput[i] + noise * latent[i];
            } else {
                clean = (latent[i] - noise * modelOutput[i]) / signal;
                epsilon = modelOutput[i];
            }
            next[i] = (float) (nextSignal * clean + nextNoise * epsilon);
        }
        return next;
    }
}
