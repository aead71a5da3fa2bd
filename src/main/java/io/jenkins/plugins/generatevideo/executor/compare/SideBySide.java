package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipEncoder;
import io.jenkins.plugins.generatevideo.executor.video.EncodingQuality;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import io.jenkins.plugins.generatevideo.executor.video.Picture;
import java.nio.file.Path;

/** Writes the video of all pairs: baseline, candidate and visible difference, at the pace of the clips. */
final class SideBySide implements PairListener, AutoCloseable {
    private static final EncodingQuality QUALITY = new EncodingQuality(20, 1);

    private final Path file;
    private final FrameRate frameRate;
    private ClipEncoder encoder;

    SideBySide(Path file, FrameRate frameRate) {
        this.file = file;
        this.frameRate = frameRate;
    }

    @Override
    public void measured(ComparedPair pair) throws ExecutorException {
        Picture picture = Picture.of(Triptych.draw(pair));
        if (encoder == null) {
            encoder = new ClipEncoder(file, picture.width(), picture.height(), frameRate, QUALITY);
        }
        encoder.write(picture.rgb24());
    }

    void finish() throws ExecutorException {
        encoder.finish();
    }

    @Override
    public void close() throws ExecutorException {
        if (encoder != null) {
            encoder.close();
        }
    }
}
