package io.jenkins.plugins.generatevideo.executor.diffusion;

/**
 * A rule that leads from noise to a latent in a fixed number of network evaluations. Made for one run: it may remember
 * earlier outputs, so a run takes its steps in order, each once.
 */
public interface Sampler {
    /**
     * The time step that the network is given at each evaluation, from high noise to low; its length is the number of
     * network evaluations (without guidance's second pass).
     */
    float[] timesteps();

    /**
     * Takes one step.
     *
     * @param index which evaluation this is, 0-based
     * @param modelOutput what the network predicted for {@code latent} at {@code timesteps()[index]}; its meaning is the
     *     sampler's prediction type
     * @param latent the current latent, any shape, flat
     * @return the next latent, same length; a new array
     */
    float[] step(int index, float[] modelOutput, float[] latent);

    /**
     * Takes the steps from {@code index} to {@code next - 1} in one stride, as if there were no time steps between. A sampler
     * on flow matching can; any other takes strides of one step.
     *
     * @param next the next call's index, above {@code index}, at most the number of time steps
     * @see #step
     */
    default float[] stride(int index, int next, float[] modelOutput, float[] latent) {
        if (next != index + 1) {
            throw new UnsupportedOperationException("this sampler takes every step");
        }
        return step(index, modelOutput, latent);
    }
}
