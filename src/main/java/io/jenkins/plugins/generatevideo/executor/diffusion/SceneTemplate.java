package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;

/**
 * The scene of a clip without what moves in it, so that other clips can be set in it. The arrays are shared, not copied.
 *
 * @param origin what it was made of
 * @param digest SHA-256 that names its content, 64 hexadecimal digits
 * @param latent {@code [1, channels, frames, height, width]}, clean, as the experts see it
 * @param cells which places {@code [frames, height, width]} of the latent are the scene's; in the others it is not known
 * @param picture the scene's pixels, rows from the top, red, green and blue of each
 * @param pixels which of them, {@code [height, width]}, are known
 */
public record SceneTemplate(
        Origin origin, String digest, FloatTensor latent, boolean[] cells, byte[] picture, boolean[] pixels) {
    /**
     * What a template was made of.
     *
     * @param bundleDigest of the bundle whose latent it is
     * @param prompt after cleaning
     */
    public record Origin(
            String bundle,
            String bundleVersion,
            String bundleDigest,
            String prompt,
            String negativePrompt,
            long seed,
            String mode,
            int quality,
            int width,
            int height,
            int frames) {}

    public SceneTemplate {
        if (origin == null
                || latent.shape().length != 5
                || latent.data().length != cells.length * latent.shape()[1]
                || picture.length != 3 * pixels.length
                || pixels.length != origin.width() * origin.height()) {
            throw new IllegalArgumentException("a scene template whose parts do not fit together");
        }
    }

    /** The share of the picture that is known, 0 to 1. */
    public double knownShare() {
        int known = 0;
        for (boolean pixel : pixels) {
            known += pixel ? 1 : 0;
        }
        return (double) known / pixels.length;
    }
}
