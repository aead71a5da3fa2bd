package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes a picture as a JPEG file, whole or not at all. */
final class Jpeg {
    private static final float QUALITY = 0.92f;

    private Jpeg() {}

    /** @throws ExecutorException {@code FAILED} if the file cannot be written */
    static void write(Path file, BufferedImage image) throws ExecutorException {
        UnfinishedFile.write(file.toAbsolutePath(), stream -> write(stream, image));
    }

    static void write(OutputStream stream, BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        // ImageIO's own cache would need a writable temporary folder.
        try (ImageOutputStream output = new MemoryCacheImageOutputStream(stream)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(output);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } catch (IOException e) {
            // ImageIO wraps what happened ("I/O error writing file!"); the cause says it.
            throw e.getCause() instanceof IOException cause ? cause : e;
        } finally {
            writer.dispose();
        }
    }
}
