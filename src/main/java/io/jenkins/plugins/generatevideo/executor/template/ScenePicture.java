package io.jenkins.plugins.generatevideo.executor.template;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import io.jenkins.plugins.generatevideo.executor.video.Picture;
import io.jenkins.plugins.generatevideo.executor.video.Png;
import java.nio.file.Path;

/** Shows a template's scene to a person. */
public final class ScenePicture {
    private static final int MINIMUM_WIDTH = 480;
    private static final int MAXIMUM_WIDTH = 1920;
    // A chequer of pixels in two greys, as picture editors show what is transparent.
    private static final int DARK = 0x66;
    private static final int LIGHT = 0x99;
    private static final int FIELD = 2;

    private ScenePicture() {}

    /** Writes the scene as a PNG file; what is not known is chequered. */
    public static void write(SceneTemplate scene, Path file) throws ExecutorException {
        int width = scene.origin().width();
        byte[] shown = scene.picture().clone();
        for (int pixel = 0; pixel < scene.pixels().length; pixel++) {
            if (!scene.pixels()[pixel]) {
                boolean dark = (pixel % width / FIELD + pixel / width / FIELD) % 2 == 0;
                for (int i = 3 * pixel; i < 3 * pixel + 3; i++) {
                    shown[i] = (byte) (dark ? DARK : LIGHT);
                }
            }
        }
        Picture picture = new Picture(width, scene.origin().height(), shown);
        Png.write(file, picture.forViewing(MINIMUM_WIDTH, MAXIMUM_WIDTH));
    }
}
