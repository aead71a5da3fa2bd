package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Path;

/** Drawn frames for tests: what they show is known exactly. */
public final class Scenes {
    private Scenes() {}

    /** A bright disc that crosses a shaded ground from left to right, with soft edges as in a photograph. */
    public static byte[] disc(int width, int height, int index, int frames) {
        return disc(width, height, (double) width * (index + 0.5) / frames, height / 2.0);
    }

    public static byte[] disc(int width, int height, double centreX, double centreY) {
        byte[] rgb = new byte[width * height * 3];
        double radius = height / 5.0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double distance = Math.hypot(x + 0.5 - centreX, y + 0.5 - centreY);
                double cover = Math.min(1, Math.max(0, radius - distance + 0.5));
                double shade = 60 + 120.0 * y / height + 12 * Math.sin(x * 0.35) * Math.cos(y * 0.21);
                int at = (y * width + x) * 3;
                rgb[at] = level(shade * 0.5 * (1 - cover) + 230 * cover);
                rgb[at + 1] = level(shade * (1 - cover) + 60 * cover);
                rgb[at + 2] = level(shade * 0.7 * (1 - cover) + 40 * cover);
            }
        }
        return rgb;
    }

    public static byte[] flat(int width, int height, int red, int green, int blue) {
        byte[] rgb = new byte[width * height * 3];
        for (int at = 0; at < rgb.length; at += 3) {
            rgb[at] = (byte) red;
            rgb[at + 1] = (byte) green;
            rgb[at + 2] = (byte) blue;
        }
        return rgb;
    }

    /** Encodes the crossing disc. */
    public static Path discClip(Path file, int width, int height, int frames, FrameRate rate) throws ExecutorException {
        try (ClipEncoder encoder = new ClipEncoder(file, width, height, rate, EncodingQuality.NEAR_TRANSPARENT)) {
            for (int i = 0; i < frames; i++) {
                encoder.write(disc(width, height, i, frames));
            }
            encoder.finish();
        }
        return file;
    }

    /** Peak signal-to-noise ratio in dB over all bytes. */
    public static double psnr(byte[] a, byte[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (a[i] & 0xff) - (b[i] & 0xff);
            squares += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255.0 * a.length / squares);
    }

    /** Peak signal-to-noise ratio in dB of the luma (BT.709) of two RGB frames. */
    public static double lumaPsnr(byte[] a, byte[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i += 3) {
            double difference = luma(a, i) - luma(b, i);
            squares += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255.0 * (a.length / 3) / squares);
    }

    private static double luma(byte[] rgb, int at) {
        return 0.2126 * (rgb[at] & 0xff) + 0.7152 * (rgb[at + 1] & 0xff) + 0.0722 * (rgb[at + 2] & 0xff);
    }

    private static byte level(double value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
}
