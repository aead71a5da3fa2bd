package io.jenkins.plugins.generatevideo.executor.compare;

/** ꟻLIP's edges and points of one frame: how strongly the eye is drawn to each pixel. */
final class FlipFeatures {
    private final int width;
    private final int height;
    private final SeparableFilter edgeAcross;
    private final SeparableFilter edgeDown;
    private final SeparableFilter pointAcross;
    private final SeparableFilter pointDown;
    private final float[] edges;
    private final float[] points;
    private final float[] down;

    /** @param deviation of the Gaussian, in pixels */
    FlipFeatures(int width, int height, double deviation) {
        this.width = width;
        this.height = height;
        int radius = (int) Math.ceil(3 * deviation);
        double[] gaussian = new double[2 * radius + 1];
        double[] first = new double[2 * radius + 1];
        double[] second = new double[2 * radius + 1];
        for (int i = 0; i < gaussian.length; i++) {
            double x = i - radius;
            gaussian[i] = Math.exp(-x * x / (2 * deviation * deviation));
            first[i] = -x * gaussian[i];
            second[i] = (x * x / (deviation * deviation) - 1) * gaussian[i];
        }
        float[] blur = normalised(gaussian);
        float[] edge = normalised(first);
        float[] point = normalised(second);
        edgeAcross = new SeparableFilter(edge, blur);
        edgeDown = new SeparableFilter(blur, edge);
        pointAcross = new SeparableFilter(point, blur);
        pointDown = new SeparableFilter(blur, point);
        edges = new float[width * height];
        points = new float[width * height];
        down = new float[width * height];
    }

    /** Positive weights brought to the sum 1 and negative ones to the sum -1. */
    private static float[] normalised(double[] weights) {
        double positive = 0;
        double negative = 0;
        for (double weight : weights) {
            if (weight > 0) {
                positive += weight;
            } else {
                negative -= weight;
            }
        }
        float[] normalised = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            normalised[i] = (float) (weights[i] > 0 ? weights[i] / positive : weights[i] / Math.max(negative, 1e-300));
        }
        return normalised;
    }

    /** @param achromatic {@code [height, width]}, luminance from 0 to 1 */
    void find(float[] achromatic) {
        edgeAcross.apply(achromatic, edges, width, height);
        edgeDown.apply(achromatic, down, width, height);
        magnitudes(edges);
        pointAcross.apply(achromatic, points, width, height);
        pointDown.apply(achromatic, down, width, height);
        magnitudes(points);
    }

    private void magnitudes(float[] across) {
        Bands.forEach(height, (first, end) -> {
            for (int i = first * width; i < end * width; i++) {
                across[i] = (float) Math.sqrt(across[i] * across[i] + down[i] * down[i]);
            }
        });
    }

    /** The strength of the edge at each pixel, {@code [height, width]}, from 0 to the square root of 2. */
    float[] edges() {
        return edges;
    }

    /** The strength of the point or line at each pixel, likewise. */
    float[] points() {
        return points;
    }
}
