package io.jenkins.plugins.generatevideo.executor.compare;

import java.awt.image.BufferedImage;

/** Draws visible differences as colours: black for none, through violet and orange to white. */
final class HeatMap {
    /** Red, green and blue at evenly spaced values; lightness rises from one to the next, so that it also reads in grey. */
    private static final int[][] STOPS = {
        {0, 0, 0}, {52, 18, 92}, {128, 30, 120}, {210, 62, 84}, {246, 138, 42}, {252, 214, 92}, {255, 255, 240}
    };

    private HeatMap() {}

    /**
     * @param map {@code [height, width]}, 0 to 1; the square root is drawn, because small differences matter most
     */
    static BufferedImage draw(float[] map, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] pixels = new int[map.length];
        for (int i = 0; i < map.length; i++) {
            pixels[i] = colour(Math.sqrt(map[i]));
        }
        image.setRGB(0, 0, width, height, pixels, 0, width);
        return image;
    }

    /** The colour of a drawn value from 0 to 1. */
    static int colour(double value) {
        double position = Math.max(0, Math.min(1, value)) * (STOPS.length - 1);
        int stop = Math.min(STOPS.length - 2, (int) position);
        double share = position - stop;
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
            double level = STOPS[stop][channel] + share * (STOPS[stop + 1][channel] - STOPS[stop][channel]);
            rgb = rgb << 8 | (int) Math.round(level);
        }
        return rgb;
    }
}
