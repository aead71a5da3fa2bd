package io.jenkins.plugins.generatevideo.executor.diffusion;

/**
 * Multistep sampling of a latent consistency model: every evaluation leaps to the clean latent, and all but the last
 * add fresh noise of the next level (Luo et al. 2023, "Latent Consistency Models", algorithm 3).
 */
final class LcmSampler extends OrderedSampler {
    /** How many steps of the teacher the published models were distilled over; a run visits some of these. */
    static final int DISTILLATION_STEPS = 50;

    // The paper's boundary condition: standard deviation of the data and the factor on the time step.
    private static final double SIGMA_DATA = 0.5;
    private static final double TIMESTEP_SCALING = 10;

    private final NoiseSchedule schedule;
    private final int[] timesteps;
    private final TorchGenerator noiseGenerator;

    /**
     * @param steps 1 to {@link #DISTILLATION_STEPS}
     * @param trainTimesteps at least {@link #DISTILLATION_STEPS}
     * @param noiseGenerator where each step but the last draws its noise
     */
    LcmSampler(NoiseSchedule schedule, int steps, int trainTimesteps, TorchGenerator noiseGenerator) {
        this(schedule, evenDistillationSteps(steps, trainTimesteps / DISTILLATION_STEPS), noiseGenerator);
    }

    private LcmSampler(NoiseSchedule schedule, int[] timesteps, TorchGenerator noiseGenerator) {
        super(toFloats(timesteps));
        this.schedule = schedule;
        this.timesteps = timesteps;
        this.noiseGenerator = noiseGenerator;
    }

    private static int[] evenDistillationSteps(int steps, int stride) {
        int[] timesteps = new int[steps];
        for (int i = 0; i < steps; i++) {
            int fromTop = i * DISTILLATION_STEPS / steps;
            timesteps[i] = (DISTILLATION_STEPS - fromTop) * stride - 1;
        }
        return timesteps;
    }

    @Override
    float[] advance(int index, float[] modelOutput, float[] latent) {
        double alphaBar = schedule.alphaBar(timesteps[index]);
        double signal = Math.sqrt(alphaBar);
        double noise = Math.sqrt(1 - alphaBar);
        double scaled = timesteps[index] * TIMESTEP_SCALING;
        double variance = scaled * scaled + SIGMA_DATA * SIGMA_DATA;
        double skip = SIGMA_DATA * SIGMA_DATA / variance;
        double out = scaled / Math.sqrt(variance);
        float[] next = new float[latent.length];
        for (int i = 0; i < next.length; i++) {
            double clean = schedule.predictsV()
                    ? signal * latent[i] - noise * modelOutput[i]
                    : (latent[i] - noise * modelOutput[i]) / signal;
            next[i] = (float) (out * clean + skip * latent[i]);
        }
        if (index < timesteps.length - 1) {
            addNoise(schedule.alphaBar(timesteps[index + 1]), next);
        }
        return next;
    }

    private void addNoise(double alphaBar, float[] latent) {
        double signal = Math.sqrt(alphaBar);
        double level = Math.sqrt(1 - alphaBar);
        float[] noise = noiseGenerator.randn(latent.length);
        for (int i = 0; i < latent.length; i++) {
            latent[i] = (float) (signal * latent[i] + level * noise[i]);
        }
    }
}
