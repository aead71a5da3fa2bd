package io.jenkins.plugins.generatevideo.executor.compare;

import java.util.Arrays;

/** A convolution by a row of weights and then by a column of weights; beyond its border a plane repeats its last pixel. */
final class SeparableFilter {
    private final float[] horizontal;
    private final float[] vertical;

    /** Both have an odd length, the same for both. */
    SeparableFilter(float[] horizontal, float[] vertical) {
        this.horizontal = horizontal;
        this.vertical = vertical;
    }

    /** The Fourier transform of exp(-width * frequency^2), up to its amplitude: how far a contrast spreads, by degrees. */
    static double sensitivity(double degrees, double width) {
        return Math.exp(-Math.PI * Math.PI * degrees * degrees / width);
    }

    /** A contrast sensitivity filter whose weights have the sum {@code gain}. */
    static SeparableFilter gaussian(int radius, double width, double pixelsPerDegree, double gain) {
        double[] weights = new double[2 * radius + 1];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = sensitivity((i - radius) / pixelsPerDegree, width);
        }
        double sum = Arrays.stream(weights).sum();
        float[] horizontal = new float[weights.length];
        float[] vertical = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            horizontal[i] = (float) (weights[i] / sum);
            vertical[i] = (float) (gain * weights[i] / sum);
        }
        return new SeparableFilter(horizontal, vertical);
    }

    /**
     * @param from {@code [height, width]}
     * @param to of the same shape; may be {@code from}
     */
    void apply(float[] from, float[] to, int width, int height) {
        float[] between = new float[from.length];
        Bands.forEach(height, (first, end) -> filterRows(from, between, width, first, end));
        Bands.forEach(height, (first, end) -> filterColumns(between, to, width, height, first, end));
    }

    private void filterRows(float[] from, float[] to, int width, int first, int end) {
        int radius = horizontal.length / 2;
        float[] padded = new float[width + 2 * radius];
        float[] sums = new float[width];
        for (int row = first; row < end; row++) {
            int start = row * width;
            System.arraycopy(from, start, padded, radius, width);
            Arrays.fill(padded, 0, radius, from[start]);
            Arrays.fill(padded, radius + width, padded.length, from[start + width - 1]);
            Arrays.fill(sums, 0);
            for (int k = 0; k < horizontal.length; k++) {
                float weight = horizontal[k];
                for (int i = 0; i < width; i++) {
                    sums[i] += weight * padded[i + k];
                }
            }
            System.arraycopy(sums, 0, to, start, width);
        }
    }

    private void filterColumns(float[] from, float[] to, int width, int height, int first, int end) {
        int radius = vertical.length / 2;
        float[] sums = new float[width];
        for (int row = first; row < end; row++) {
            Arrays.fill(sums, 0);
            for (int k = 0; k < vertical.length; k++) {
                float weight = vertical[k];
                int start = Math.max(0, Math.min(height - 1, row + k - radius)) * width;
                for (int i = 0; i < width; i++) {
                    sums[i] += weight * from[start + i];
                }
            }
            System.arraycopy(sums, 0, to, row * width, width);
        }
    }
}
