package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Path;

/** The still picture that stands for a clip until it is played: its middle frame, large enough to be recognised. */
public final class Poster {
    private static final int MINIMUM_WIDTH = 480;
    private static final int MAXIMUM_WIDTH = 1280;

    private Poster() {}

    /** The index, from 0, of the frame that stands for a clip of {@code frames} frames. */
    public static int frameOf(int frames) {
        return frames / 2;
    }

    /**
     * @param file usually {@code poster.jpg}
     * @throws ExecutorException {@code FAILED} if the file cannot be written; nothing is left behind then
     */
    public static void write(Path file, Picture frame) throws ExecutorException {
        Jpeg.write(file, frame.forViewing(MINIMUM_WIDTH, MAXIMUM_WIDTH));
    }
}
