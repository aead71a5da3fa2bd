package io.jenkins.plugins.generatevideo.executor.compare;

/**
 * ꟻLIP, the difference that a person sees when flipping between two pictures: Andersson, Nilsson, Akenine-Möller, Oskarsson,
 * Åström and Fairchild, "FLIP: A Difference Evaluator for Alternating Images" (HPG 2020), its low dynamic range form with
 * the paper's constants. Colours are filtered with the eye's contrast sensitivity and compared in a perceptual space;
 * differences of edges and points amplify the result.
 */
final class Flip {
    /** The paper's viewer: 0.7 m from a monitor 0.7 m wide with 3840 pixels. */
    static final double PIXELS_PER_DEGREE = 0.7 * 3840 / 0.7 * Math.PI / 180;

    private static final double COLOUR_EXPONENT = 0.7;
    private static final double FEATURE_DEGREES = 0.082;
    private static final double COLOUR_CUT = 0.4;
    private static final double COLOUR_CUT_VALUE = 0.95;

    private final int width;
    private final int height;
    private final FlipColour baselineColour;
    private final FlipColour candidateColour;
    private final FlipFeatures baselineFeatures;
    private final FlipFeatures candidateFeatures;
    private final float[] map;
    private final double largestColourError;

    /** For frames of this size; the working planes are kept and used for every pair. */
    Flip(int width, int height) {
        this(width, height, PIXELS_PER_DEGREE);
    }

    Flip(int width, int height, double pixelsPerDegree) {
        this.width = width;
        this.height = height;
        baselineColour = new FlipColour(width, height, pixelsPerDegree);
        candidateColour = new FlipColour(width, height, pixelsPerDegree);
        double deviation = 0.5 * FEATURE_DEGREES * pixelsPerDegree;
        baselineFeatures = new FlipFeatures(width, height, deviation);
        candidateFeatures = new FlipFeatures(width, height, deviation);
        map = new float[width * height];
        // The largest difference in the space is that between pure green and pure blue (the paper's section 4.1.3).
        float[] green = FlipColour.huntLab(0, 1, 0);
        float[] blue = FlipColour.huntLab(0, 0, 1);
        largestColourError =
                Math.pow(hyab(green[0], green[1], green[2], blue[0], blue[1], blue[2]), COLOUR_EXPONENT);
    }

    private static double hyab(float l1, float a1, float b1, float l2, float a2, float b2) {
        float a = a1 - a2;
        float b = b1 - b2;
        return Math.abs(l1 - l2) + Math.sqrt(a * a + b * b);
    }

    /**
     * Measures one pair of frames.
     *
     * @param baseline {@code [height, width, 3]} sRGB, 8 bits
     * @param candidate of the same shape
     * @return the mean over the frame, 0 (nobody sees a difference) to 1; {@link #map} holds every pixel's
     */
    double measure(byte[] baseline, byte[] candidate) {
        baselineColour.read(baseline);
        candidateColour.read(candidate);
        baselineFeatures.find(baselineColour.achromatic());
        candidateFeatures.find(candidateColour.achromatic());
        baselineColour.filter();
        candidateColour.filter();
        Bands.forEach(height, this::combine);
        double sum = 0;
        for (float error : map) {
            sum += error;
        }
        return sum / map.length;
    }

    private void combine(int firstRow, int endRow) {
        float[] l1 = baselineColour.lightness();
        float[] a1 = baselineColour.a();
        float[] b1 = baselineColour.b();
        float[] l2 = candidateColour.lightness();
        float[] a2 = candidateColour.a();
        float[] b2 = candidateColour.b();
        for (int i = firstRow * width; i < endRow * width; i++) {
            double colour = hyab(l1[i], a1[i], b1[i], l2[i], a2[i], b2[i]);
            if (colour == 0) {
                map[i] = 0;
                continue;
            }
            double feature = Math.max(
                    Math.abs(baselineFeatures.edges()[i] - candidateFeatures.edges()[i]),
                    Math.abs(baselineFeatures.points()[i] - candidateFeatures.points()[i]));
            // The exponent of the features is 0.5.
            feature = Math.sqrt(feature / Math.sqrt(2));
            map[i] = (float) Math.pow(redistribute(Math.pow(colour, COLOUR_EXPONENT)), 1 - feature);
        }
    }

    /** Large colour differences all look large: they share the range above {@link #COLOUR_CUT_VALUE}. */
    private double redistribute(double error) {
        double cut = COLOUR_CUT * largestColourError;
        return error < cut
                ? COLOUR_CUT_VALUE / cut * error
                : COLOUR_CUT_VALUE + (error - cut) / (largestColourError - cut) * (1 - COLOUR_CUT_VALUE);
    }

    /** The differences of the last pair, {@code [height, width]}, 0 to 1; the next measurement overwrites it. */
    float[] map() {
        return map;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }
}
