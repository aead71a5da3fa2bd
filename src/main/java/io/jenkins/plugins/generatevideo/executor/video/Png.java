package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes a picture as a PNG file, whole or not at all. */
public final class Png {
    private Png() {}

    public static void write(Path file, BufferedImage image) throws ExecutorException {
        UnfinishedFile.write(file.toAbsolutePath(), stream -> {
            // ImageIO's own cache would need a writable temporary folder.
            try (ImageOutputStream output = new MemoryCacheImageOutputStream(stream)) {
                if (!ImageIO.write(image, "png", output)) {
                    throw new IOException("this Java cannot write PNG");
                }
            }
        });
    }
}
