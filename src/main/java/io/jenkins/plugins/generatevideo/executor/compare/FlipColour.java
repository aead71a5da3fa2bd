package io.jenkins.plugins.generatevideo.executor.compare;

/** ꟻLIP's colour pipeline of one frame: contrast sensitivity filter, then CIELAB with the Hunt effect. */
final class FlipColour {
    /** Linear sRGB to CIE XYZ, rows X, Y, Z (IEC 61966-2-1, to full precision as in the paper's code). */
    private static final double[] TO_XYZ = {
        10135552.0 / 24577794, 8788810.0 / 24577794, 4435075.0 / 24577794,
        2613072.0 / 12288897, 8788810.0 / 12288897, 887015.0 / 12288897,
        1425312.0 / 73733382, 8788810.0 / 73733382, 70074185.0 / 73733382
    };
    /** CIE XYZ of the white of sRGB. */
    private static final double[] WHITE = {
        TO_XYZ[0] + TO_XYZ[1] + TO_XYZ[2], TO_XYZ[3] + TO_XYZ[4] + TO_XYZ[5], TO_XYZ[6] + TO_XYZ[7] + TO_XYZ[8]
    };
    /** Of linear sRGB to XYZ divided by white, and back. */
    private static final float[] FORWARD = normalised();

    private static final float[] BACKWARD = inverse(FORWARD);
    private static final float[] LINEAR = linear();

    /** Where the cube root of CIELAB turns into a line: (6/29)^3. */
    private static final double CUT = 216.0 / 24389;
    /** So fine that interpolation between two entries is exact to 3e-7. */
    private static final int ROOT_STEPS = 1 << 14;

    private static final float[] ROOTS = roots();

    private final int width;
    private final int height;
    private final SeparableFilter lightnessFilter;
    private final SeparableFilter redGreenFilter;
    private final SeparableFilter blueYellowNarrow;
    private final SeparableFilter blueYellowWide;
    private final float[] lightness;
    private final float[] a;
    private final float[] b;
    private final float[] achromatic;
    private final float[] wide;

    FlipColour(int width, int height, double pixelsPerDegree) {
        this.width = width;
        this.height = height;
        // The contrast sensitivity functions of the paper's table 1, as Gaussians in degrees: amplitude and width. All
        // are cut off where the widest ends.
        int radius = (int) Math.ceil(3 * Math.sqrt(0.04 / (2 * Math.PI * Math.PI)) * pixelsPerDegree);
        lightnessFilter = SeparableFilter.gaussian(radius, 0.0047, pixelsPerDegree, 1);
        redGreenFilter = SeparableFilter.gaussian(radius, 0.0053, pixelsPerDegree, 1);
        // The blue-yellow one is the sum of two Gaussians; their shares are those of their volumes.
        double narrow = volume(radius, 34.1, 0.04, pixelsPerDegree);
        double broad = volume(radius, 13.5, 0.025, pixelsPerDegree);
        blueYellowNarrow = SeparableFilter.gaussian(radius, 0.04, pixelsPerDegree, narrow / (narrow + broad));
        blueYellowWide = SeparableFilter.gaussian(radius, 0.025, pixelsPerDegree, broad / (narrow + broad));
        lightness = new float[width * height];
        a = new float[width * height];
        b = new float[width * height];
        achromatic = new float[width * height];
        wide = new float[width * height];
    }

    private static double volume(int radius, double amplitude, double width, double pixelsPerDegree) {
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            sum += SeparableFilter.sensitivity(i / pixelsPerDegree, width);
        }
        return amplitude * Math.sqrt(Math.PI / width) * sum * sum;
    }

    /** Takes a frame of sRGB bytes to the linear opponent space YCxCz. */
    void read(byte[] rgb) {
        Bands.forEach(height, (first, end) -> read(rgb, first * width, end * width));
    }

    private void read(byte[] rgb, int first, int end) {
        for (int i = first, at = 3 * first; i < end; i++, at += 3) {
            float red = LINEAR[rgb[at] & 0xff];
            float green = LINEAR[rgb[at + 1] & 0xff];
            float blue = LINEAR[rgb[at + 2] & 0xff];
            float x = FORWARD[0] * red + FORWARD[1] * green + FORWARD[2] * blue;
            float y = FORWARD[3] * red + FORWARD[4] * green + FORWARD[5] * blue;
            float z = FORWARD[6] * red + FORWARD[7] * green + FORWARD[8] * blue;
            lightness[i] = 116 * y - 16;
            a[i] = 500 * (x - y);
            b[i] = 200 * (y - z);
            achromatic[i] = y;
        }
    }

    /** Filters what {@link #read} left and takes it to CIELAB with the Hunt effect. */
    void filter() {
        lightnessFilter.apply(lightness, lightness, width, height);
        redGreenFilter.apply(a, a, width, height);
        blueYellowWide.apply(b, wide, width, height);
        blueYellowNarrow.apply(b, b, width, height);
        Bands.forEach(height, (first, end) -> toHuntLab(first * width, end * width));
    }

    private void toHuntLab(int first, int end) {
        for (int i = first; i < end; i++) {
            float y = (lightness[i] + 16) / 116;
            float x = y + a[i] / 500;
            float z = y - (b[i] + wide[i]) / 200;
            float red = clamp(BACKWARD[0] * x + BACKWARD[1] * y + BACKWARD[2] * z);
            float green = clamp(BACKWARD[3] * x + BACKWARD[4] * y + BACKWARD[5] * z);
            float blue = clamp(BACKWARD[6] * x + BACKWARD[7] * y + BACKWARD[8] * z);
            float fx = root(FORWARD[0] * red + FORWARD[1] * green + FORWARD[2] * blue);
            float fy = root(FORWARD[3] * red + FORWARD[4] * green + FORWARD[5] * blue);
            float fz = root(FORWARD[6] * red + FORWARD[7] * green + FORWARD[8] * blue);
            float light = 116 * fy - 16;
            lightness[i] = light;
            a[i] = 0.01f * light * 500 * (fx - fy);
            b[i] = 0.01f * light * 200 * (fy - fz);
        }
    }

    /** Lightness, a and b with the Hunt effect of one linear sRGB colour. */
    static float[] huntLab(float red, float green, float blue) {
        float fx = root(FORWARD[0] * red + FORWARD[1] * green + FORWARD[2] * blue);
        float fy = root(FORWARD[3] * red + FORWARD[4] * green + FORWARD[5] * blue);
        float fz = root(FORWARD[6] * red + FORWARD[7] * green + FORWARD[8] * blue);
        float light = 116 * fy - 16;
        return new float[] {light, 0.01f * light * 500 * (fx - fy), 0.01f * light * 200 * (fy - fz)};
    }

    /** Lightness, a and b in CIELAB of one sRGB colour given as levels from 0 to 255. */
    static double[] lab(double red, double green, double blue) {
        double[] rgb = {linear(red / 255), linear(green / 255), linear(blue / 255)};
        double[] f = new double[3];
        for (int row = 0; row < 3; row++) {
            double sum = 0;
            for (int column = 0; column < 3; column++) {
                sum += TO_XYZ[3 * row + column] / WHITE[row] * rgb[column];
            }
            f[row] = root((float) sum);
        }
        return new double[] {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
    }

    private static float clamp(float value) {
        return Math.max(0, Math.min(1, value));
    }

    /** CIELAB's function of a value from 0 to 1, from the table; six of them a pixel would otherwise take half the time. */
    private static float root(float value) {
        float position = clamp(value) * ROOT_STEPS;
        int at = (int) position;
        return ROOTS[at] + (position - at) * (ROOTS[at + 1] - ROOTS[at]);
    }

    private static float[] roots() {
        float[] table = new float[ROOT_STEPS + 2];
        for (int i = 0; i < table.length; i++) {
            double value = (double) i / ROOT_STEPS;
            table[i] = (float) (value > CUT ? Math.cbrt(value) : value * (841.0 / 108) + 4.0 / 29);
        }
        return table;
    }

    private static float[] linear() {
        float[] table = new float[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) linear(i / 255.0);
        }
        return table;
    }

    private static double linear(double value) {
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static float[] normalised() {
        float[] matrix = new float[9];
        for (int i = 0; i < 9; i++) {
            matrix[i] = (float) (TO_XYZ[i] / WHITE[i / 3]);
        }
        return matrix;
    }

    /** The inverse of a 3x3 matrix, by its cofactors. */
    private static float[] inverse(float[] m) {
        double[] cofactors = new double[9];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                int r1 = (row + 1) % 3;
                int r2 = (row + 2) % 3;
                int c1 = (column + 1) % 3;
                int c2 = (column + 2) % 3;
                cofactors[3 * row + column] =
                        (double) m[3 * r1 + c1] * m[3 * r2 + c2] - (double) m[3 * r1 + c2] * m[3 * r2 + c1];
            }
        }
        double determinant = m[0] * cofactors[0] + m[1] * cofactors[1] + m[2] * cofactors[2];
        float[] inverse = new float[9];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                inverse[3 * row + column] = (float) (cofactors[3 * column + row] / determinant);
            }
        }
        return inverse;
    }

    float[] lightness() {
        return lightness;
    }

    float[] a() {
        return a;
    }

    float[] b() {
        return b;
    }

    /** Luminance over that of white, 0 to 1, before the filter. */
    float[] achromatic() {
        return achromatic;
    }
}
