package io.jenkins.plugins.generatevideo.executor.diffusion;

/** What all samplers share: they know their time steps, and refuse a step out of turn or of another length. */
abstract class OrderedSampler implements Sampler {
    private final float[] timesteps;
    private int next;

    OrderedSampler(float[] timesteps) {
        this.timesteps = timesteps;
    }

    @Override
    public final float[] timesteps() {
        return timesteps.clone();
    }

    @Override
    public final float[] step(int index, float[] modelOutput, float[] latent) {
        takeTurn(index, index + 1, modelOutput, latent);
        return advance(index, modelOutput, latent);
    }

    /** Refuses what is out of turn or does not fit; afterwards it is {@code after}'s turn. */
    final void takeTurn(int index, int after, float[] modelOutput, float[] latent) {
        if (index != next || index >= timesteps.length) {
            throw new IllegalStateException(
                    "step " + index + " of " + timesteps.length + " is out of turn; the next one is " + next);
        }
        if (modelOutput.length != latent.length) {
            throw new IllegalArgumentException(
                    "the prediction has " + modelOutput.length + " values, the latent " + latent.length);
        }
        next = after;
    }

    /** Takes step {@code index}, which is in turn; the contract is {@link Sampler#step}'s. */
    abstract float[] advance(int index, float[] modelOutput, float[] latent);

    static float[] toFloats(int[] timesteps) {
        float[] floats = new float[timesteps.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = timesteps[i];
        }
        return floats;
    }
}
