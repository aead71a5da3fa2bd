package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import io.jenkins.plugins.generatevideo.executor.video.ClipEncoder;
import io.jenkins.plugins.generatevideo.executor.video.EncodingQuality;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import io.jenkins.plugins.generatevideo.executor.video.Scenes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.IntFunction;

/** Clips with planted differences, encoded as the executor encodes. */
final class TestClips {
    static final int WIDTH = 96;
    static final int HEIGHT = 64;
    static final int FRAMES = 25;
    static final FrameRate RATE = FrameRate.of(12);

    private TestClips() {}

    static byte[] frame(int index) {
        return Scenes.disc(WIDTH, HEIGHT, index, FRAMES);
    }

    static Path encode(Path file, int frames, IntFunction<byte[]> source) throws ExecutorException {
        return encode(file, frames, RATE, EncodingQuality.NEAR_TRANSPARENT, source);
    }

    static Path encode(Path file, int frames, FrameRate rate, EncodingQuality quality, IntFunction<byte[]> source)
            throws ExecutorException {
        try (ClipEncoder encoder = new ClipEncoder(file, WIDTH, HEIGHT, rate, quality)) {
            for (int i = 0; i < frames; i++) {
                encoder.write(source.apply(i));
            }
            encoder.finish();
        }
        return file;
    }

    static Path baseline(Path file) throws ExecutorException {
        return encode(file, FRAMES, TestClips::frame);
    }

    static List<byte[]> decode(Path file) throws ExecutorException {
        List<byte[]> frames = new ArrayList<>();
        try (ClipDecoder decoder = new ClipDecoder(file)) {
            while (decoder.next()) {
                frames.add(decoder.rgb24());
            }
        }
        return frames;
    }

    static ClipComparison compare(Path baseline, Path candidate) throws ExecutorException {
        return new ClipComparer(EnumSet.allOf(Metric.class), Gate.defaults())
                .compare(new ClipPair("clip", baseline, candidate), History.NONE, pair -> {});
    }

    /** Adds to one channel of every pixel. */
    static byte[] brighter(byte[] frame, int channel, int levels) {
        byte[] changed = frame.clone();
        for (int i = channel; i < changed.length; i += 3) {
            changed[i] = (byte) Math.min(255, (changed[i] & 0xff) + levels);
        }
        return changed;
    }

    /** A small yellow square where there was none. */
    static byte[] patched(byte[] frame) {
        byte[] changed = frame.clone();
        for (int y = 8; y < 14; y++) {
            for (int x = 12; x < 18; x++) {
                int at = (y * WIDTH + x) * 3;
                changed[at] = (byte) 255;
                changed[at + 1] = (byte) 255;
                changed[at + 2] = 0;
            }
        }
        return changed;
    }

    /**
     * Two frames with a known difference: the disc moved, red raised, and noise of -3 to 3 levels from the linear
     * congruential generator of Numerical Recipes.
     */
    static byte[][] differingFrames(int width, int height) {
        byte[] first = Scenes.disc(width, height, 10, 25);
        byte[] second = Scenes.disc(width, height, width * 10.5 / 25 + 0.8, height / 2.0 + 0.3);
        int state = 12345;
        for (int i = 0; i < second.length; i++) {
            state = state * 1664525 + 1013904223;
            int level = (second[i] & 0xff) + (state >>> 24) % 7 - 3 + (i % 3 == 0 ? 4 : 0);
            second[i] = (byte) Math.max(0, Math.min(255, level));
        }
        return new byte[][] {first, second};
    }
}
