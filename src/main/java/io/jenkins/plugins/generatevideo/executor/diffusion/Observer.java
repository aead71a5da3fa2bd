package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;

/** Sees a generation happen, and can end it. */
public interface Observer {
    /**
     * A stage has come this far.
     *
     * @param step what is done, 0 to {@code steps}
     * @throws ExecutorException to stop here, {@code CANCELLED} for a user's wish
     */
    void progressed(Stage stage, int step, int steps) throws ExecutorException;

    /** The latent after a step {@code [1, channels, frames, height, width]}; leave it alone. */
    default void denoised(int step, FloatTensor latent) {}

    /** Something that the user should know about the clip, as one sentence. */
    default void warned(String sentence) {}
}
