package io.jenkins.plugins.generatevideo.executor.template;

/** Pixels of 24 bits, red, green and blue. */
final class Pixels {
    private Pixels() {}

    /** The largest difference of the three channels, 0 to 255. */
    static int difference(byte[] one, int pixel, byte[] other, int otherPixel) {
        int largest = 0;
        for (int channel = 0; channel < 3; channel++) {
            int apart = (one[3 * pixel + channel] & 0xff) - (other[3 * otherPixel + channel] & 0xff);
            largest = Math.max(largest, Math.abs(apart));
        }
        return largest;
    }
}
