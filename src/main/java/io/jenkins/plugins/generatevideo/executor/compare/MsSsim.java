package io.jenkins.plugins.generatevideo.executor.compare;

import java.util.Arrays;

/**
 * Multi-scale structural similarity of the luma of two frames: Wang, Simoncelli and Bovik, "Multiscale structural similarity
 * for image quality assessment" (Asilomar 2003). An 11x11 Gaussian window with a deviation of 1.5 pixels, without padding;
 * contrast and structure at every scale, luminance at the coarsest; from one scale to the next the mean of 2x2 pixels.
 *
 * <p>The published five scales need 176 pixels on the shorter side. A smaller frame is measured at as many scales as hold
 * the window, their weights brought to the sum 1.
 */
final class MsSsim {
    /** The weights of the scales, finest first (the paper's section 4). */
    private static final double[] WEIGHTS = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

    private static final int WINDOW = 11;
    private static final double DEVIATION = 1.5;
    /** (K1 * L)^2 and (K2 * L)^2 with K1 = 0.01, K2 = 0.03 and L = 255, as in the paper. */
    private static final float C1 = 6.5025f;

    private static final float C2 = 58.5225f;
    private static final float[] GAUSSIAN = gaussian();

    private final int width;
    private final int height;
    private final int scales;
    private final float[][] x;
    private final float[][] y;

    /** For frames of this size; the planes are kept and used for every pair. */
    MsSsim(int width, int height) {
        this.width = width;
        this.height = height;
        int count = 0;
        while (count < WEIGHTS.length && Math.min(width >> count, height >> count) >= WINDOW) {
            count++;
        }
        if (count == 0) {
            throw new IllegalArgumentException("MS-SSIM needs at least 11x11 pixels, not " + width + "x" + height);
        }
        scales = count;
        x = new float[scales][];
        y = new float[scales][];
        for (int s = 0; s < scales; s++) {
            x[s] = new float[(width >> s) * (height >> s)];
            y[s] = new float[(width >> s) * (height >> s)];
        }
    }

    /** How many scales a frame of this size is measured at, 1 to 5. */
    int scales() {
        return scales;
    }

    private static float[] gaussian() {
        float[] weights = new float[WINDOW];
        double sum = 0;
        for (int pass = 0; pass < 2; pass++) {
            for (int i = 0; i < WINDOW; i++) {
                double weight = Math.exp(-Math.pow(i - WINDOW / 2, 2) / (2 * DEVIATION * DEVIATION));
                if (pass == 0) {
                    sum += weight;
                } else {
                    weights[i] = (float) (weight / sum);
                }
            }
        }
        return weights;
    }

    /**
     * @param first {@code [height, width]} luma, 0 to 255 as unsigned bytes
     * @param second of the same shape
     * @return up to 1, which equal frames have; negative structure counts as 0
     */
    double measure(byte[] first, byte[] second) {
        for (int i = 0; i < x[0].length; i++) {
            x[0][i] = first[i] & 0xff;
            y[0][i] = second[i] & 0xff;
        }
        double weightSum = 0;
        for (int s = 0; s < scales; s++) {
            weightSum += WEIGHTS[s];
        }
        double product = 1;
        for (int s = 0; s < scales; s++) {
            if (s > 0) {
                halve(x[s - 1], width >> s - 1, x[s], width >> s, height >> s);
                halve(y[s - 1], width >> s - 1, y[s], width >> s, height >> s);
            }
            double[] means = means(x[s], y[s], width >> s, height >> s);
            double similarity = s == scales - 1 ? means[0] : means[1];
            product *= Math.pow(Math.max(0, similarity), WEIGHTS[s] / weightSum);
        }
        return product;
    }

    private static void halve(float[] from, int fromWidth, float[] to, int toWidth, int toHeight) {
        for (int row = 0; row < toHeight; row++) {
            int above = 2 * row * fromWidth;
            for (int column = 0; column < toWidth; column++) {
                int at = above + 2 * column;
                to[row * toWidth + column] =
                        0.25f * (from[at] + from[at + 1] + from[at + fromWidth] + from[at + fromWidth + 1]);
            }
        }
    }

    /** The means over the frame of SSIM (luminance, contrast, structure) and of contrast and structure alone. */
    private static double[] means(float[] x, float[] y, int width, int height) {
        int rows = height - WINDOW + 1;
        int columns = width - WINDOW + 1;
        double[] similarity = new double[rows];
        double[] contrast = new double[rows];
        Bands.forEach(rows, (first, end) -> {
            Row work = new Row(width, columns);
            for (int row = first; row < end; row++) {
                work.measure(x, y, row);
                similarity[row] = work.similarity;
                contrast[row] = work.contrast;
            }
        });
        double similaritySum = 0;
        double contrastSum = 0;
        for (int row = 0; row < rows; row++) {
            similaritySum += similarity[row];
            contrastSum += contrast[row];
        }
        double count = (double) rows * columns;
        return new double[] {similaritySum / count, contrastSum / count};
    }

    /** The sums of one row of windows; plain loops over arrays, which the compiler turns into vector instructions. */
    private static final class Row {
        private final int width;
        private final int columns;
        private final float[][] vertical;
        private final float[][] smooth;
        private double similarity;
        private double contrast;

        Row(int width, int columns) {
            this.width = width;
            this.columns = columns;
            vertical = new float[5][width];
            smooth = new float[5][columns];
        }

        void measure(float[] x, float[] y, int row) {
            for (float[] sums : vertical) {
                Arrays.fill(sums, 0);
            }
            for (int k = 0; k < WINDOW; k++) {
                addRow(x, y, (row + k) * width, GAUSSIAN[k]);
            }
            for (int i = 0; i < vertical.length; i++) {
                smooth(vertical[i], smooth[i]);
            }
            compare();
        }

        private void addRow(float[] x, float[] y, int start, float weight) {
            float[] sumX = vertical[0];
            float[] sumY = vertical[1];
            float[] sumXx = vertical[2];
            float[] sumYy = vertical[3];
            float[] sumXy = vertical[4];
            for (int i = 0; i < width; i++) {
                float a = x[start + i];
                float b = y[start + i];
                sumX[i] += weight * a;
                sumY[i] += weight * b;
                sumXx[i] += weight * a * a;
                sumYy[i] += weight * b * b;
                sumXy[i] += weight * a * b;
            }
        }

        private void smooth(float[] from, float[] to) {
            for (int i = 0; i < columns; i++) {
                to[i] = GAUSSIAN[0] * from[i];
            }
            for (int k = 1; k < WINDOW; k++) {
                float weight = GAUSSIAN[k];
                for (int i = 0; i < columns; i++) {
                    to[i] += weight * from[i + k];
                }
            }
        }

        private void compare() {
            similarity = 0;
            contrast = 0;
            for (int i = 0; i < columns; i++) {
                float meanX = smooth[0][i];
                float meanY = smooth[1][i];
                float varianceX = smooth[2][i] - meanX * meanX;
                float varianceY = smooth[3][i] - meanY * meanY;
                float covariance = smooth[4][i] - meanX * meanY;
                double structure = (2 * covariance + C2) / (varianceX + varianceY + C2);
                contrast += structure;
                similarity += structure * (2 * meanX * meanY + C1) / (meanX * meanX + meanY * meanY + C1);
            }
        }
    }
}
