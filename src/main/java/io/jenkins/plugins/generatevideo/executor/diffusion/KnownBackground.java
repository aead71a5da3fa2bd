package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;

/**
 * Keeps a clip in a known scene while it is denoised. At each step the clean latent that the prediction points to is
 * compared with the scene's: where both agree, the scene's own is taken, so that the background cannot drift; where they
 * differ, something of the clip stands before the scene, and the prediction is left alone. That is blended latent diffusion
 * (Avrahami et al. 2023) with a mask that is found anew at each step from the predictions, as DiffEdit finds one (Couairon
 * et al. 2023), instead of a drawn one. For flow predictions.
 */
final class KnownBackground {
    // In units of the normalised latent's deviation. Measured on the bundle shapes: halving or doubling them by half
    // changes
    // neither the subjects' accuracy nor the background's nearness by much.
    private static final float SAME = 0.5f;
    private static final float DIFFERENT = 0.9f;

    private final FloatTensor scene;
    private final boolean[] known;
    private final int channels;
    private final int height;
    private final int width;

    KnownBackground(SceneTemplate template) {
        scene = template.latent();
        known = template.cells();
        channels = (int) scene.shape()[1];
        height = (int) scene.shape()[3];
        width = (int) scene.shape()[4];
    }

    /** The scene's latent at a noise level (0 to 1), where denoising begins. */
    FloatTensor noisy(double sigma, FloatTensor noise) {
        float[] data = new float[noise.data().length];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) ((1 - sigma) * scene.data()[i] + sigma * noise.data()[i]);
        }
        return new FloatTensor(noise.shape(), data);
    }

    /**
     * The prediction that leads to the scene where the clip shows nothing else.
     *
     * @param sigma the noise level of {@code latent}, above 0
     * @param velocity what was predicted for {@code latent}
     */
    float[] guide(double sigma, float[] latent, float[] velocity) {
        float[] guided = velocity.clone();
        float[] difference = difference(sigma, latent, velocity);
        int cells = known.length;
        for (int cell = 0; cell < cells; cell++) {
            float keep = known[cell] ? 1 - ramp(largestAround(difference, cell)) : 0;
            if (keep == 0) {
                continue;
            }
            for (int i = cell; i < latent.length; i += cells) {
                double toScene = (latent[i] - scene.data()[i]) / sigma;
                guided[i] += (float) (keep * (toScene - velocity[i]));
            }
        }
        return guided;
    }

    /** For each cell, how far the clean latent is from the scene's: the root of the mean square over the channels. */
    private float[] difference(double sigma, float[] latent, float[] velocity) {
        int cells = known.length;
        float[] difference = new float[cells];
        for (int cell = 0; cell < cells; cell++) {
            double sum = 0;
            for (int i = cell; i < latent.length; i += cells) {
                double apart = latent[i] - sigma * velocity[i] - scene.data()[i];
                sum += apart * apart;
            }
            difference[cell] = (float) Math.sqrt(sum / channels);
        }
        return difference;
    }

    /** The largest of a cell and its eight neighbours in the frame: what differs has a margin. */
    private float largestAround(float[] difference, int cell) {
        int x = cell % width;
        int y = cell / width % height;
        int frame = cell / (width * height);
        float largest = 0;
        for (int row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
            for (int column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
                largest = Math.max(largest, difference[(frame * height + row) * width + column]);
            }
        }
        return largest;
    }

    private static float ramp(float difference) {
        return Math.max(0, Math.min(1, (difference - SAME) / (DIFFERENT - SAME)));
    }
}
