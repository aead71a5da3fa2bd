package io.jenkins.plugins.generatevideo.executor.video;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * One frame as a still picture.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb24 rows from the top, in each row red, green and blue of every pixel: {@code width * height * 3} bytes; shared,
 *     not copied
 */
public record Picture(int width, int height, byte[] rgb24) {
    public Picture {
        if (width < 1 || height < 1 || rgb24.length != width * height * 3) {
            throw new IllegalArgumentException(
                    "a picture of " + width + "x" + height + " cannot have " + rgb24.length + " bytes");
        }
    }

    /** The pixels of an image of Java2D. */
    public static Picture of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[width * height * 3];
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return new Picture(width, height, rgb);
    }

    /** The picture with the mean of {@code factor} by {@code factor} pixels as a pixel; what remains at the edges is cut. */
    public Picture reduced(int factor) {
        if (factor == 1) {
            return this;
        }
        int newWidth = width / factor;
        int newHeight = height / factor;
        byte[] reduced = new byte[newWidth * newHeight * 3];
        int[] sums = new int[newWidth * 3];
        for (int y = 0; y < newHeight; y++) {
            Arrays.fill(sums, 0);
            for (int row = y * factor; row < (y + 1) * factor; row++) {
                for (int x = 0; x < newWidth; x++) {
                    int at = (row * width + x * factor) * 3;
                    for (int i = 0; i < 3 * factor; i++) {
                        sums[3 * x + i % 3] += rgb24[at + i] & 0xff;
                    }
                }
            }
            int area = factor * factor;
            for (int i = 0; i < sums.length; i++) {
                reduced[y * sums.length + i] = (byte) ((sums[i] + area / 2) / area);
            }
        }
        return new Picture(newWidth, newHeight, reduced);
    }

    /** The same pixels for Java2D. */
    public BufferedImage toImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * 3;
                row[x] = (rgb24[at] & 0xff) << 16 | (rgb24[at + 1] & 0xff) << 8 | rgb24[at + 2] & 0xff;
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        return image;
    }

    /**
     * The picture for a person's eye: a tiny one enlarged by the smallest whole factor that makes it at least {@code
     * minimumWidth} wide, one that is wider than {@code maximumWidth} reduced to it.
     */
    public BufferedImage forViewing(int minimumWidth, int maximumWidth) {
        if (width > maximumWidth) {
            return scaled(maximumWidth, Math.max(1, Math.round((float) height * maximumWidth / width)));
        }
        int factor = Math.max(1, (minimumWidth + width - 1) / width);
        return scaled(width * factor, height * factor);
    }

    private BufferedImage scaled(int newWidth, int newHeight) {
        BufferedImage image = toImage();
        // Java2D's bicubic filter looks at 4x4 pixels only, so a strong reduction goes by halves.
        while (image.getWidth() >= 2 * newWidth && image.getHeight() >= 2 * newHeight) {
            image = draw(image, image.getWidth() / 2, image.getHeight() / 2, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        }
        return image.getWidth() == newWidth
                ? image
                : draw(image, newWidth, newHeight, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    }

    private static BufferedImage draw(BufferedImage image, int width, int height, Object interpolation) {
        BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = drawn.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, interpolation);
            graphics.drawImage(image, 0, 0, width, height, null);
        } finally {
            graphics.dispose();
        }
        return drawn;
    }
}
