package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

/**
 * Converts numbers to and from the 8-bit float E4M3: a sign, 4 bits of exponent, 3 of mantissa, no infinity, one NaN (FP8
 * Formats for Deep Learning, arXiv 2209.05433). Rounds to the nearest, ties to even; what is too large becomes the largest
 * number, 448, as in TensorRT's quantisation.
 */
final class Float8 {
    private static final int SIGN = 0x80;
    private static final int NOT_A_NUMBER = 0x7f;
    private static final int LARGEST = 0x7e;
    // 2^-6, the smallest normal number
    private static final float SMALLEST_NORMAL = 0x1p-6f;
    // the step of the subnormal numbers
    private static final float STEP = 0x1p-9f;
    private static final float[] VALUES = new float[256];

    static {
        for (int bits = 0; bits < VALUES.length; bits++) {
            int exponent = bits >>> 3 & 0xf;
            int mantissa = bits & 7;
            float magnitude =
                    exponent == 0 ? mantissa * STEP : Float.intBitsToFloat(exponent + 120 << 23 | mantissa << 20);
            magnitude = (bits & NOT_A_NUMBER) == NOT_A_NUMBER ? Float.NaN : magnitude;
            VALUES[bits] = (bits & SIGN) == 0 ? magnitude : -magnitude;
        }
    }

    private Float8() {}

    static byte encode(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 24 & SIGN;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (byte) (sign | NOT_A_NUMBER);
        } else if (magnitude < SMALLEST_NORMAL) {
            // Math.rint takes ties to even; eight steps are the smallest normal number
            return (byte) (sign | (int) Math.rint(magnitude / STEP));
        }
        int bits = Float.floatToRawIntBits(magnitude);
        int rounded = (bits + 0x7ffff + (bits >>> 20 & 1) >>> 20) - (120 << 3);
        return (byte) (sign | Math.min(rounded, LARGEST));
    }

    static float decode(byte bits) {
        return VALUES[bits & 0xff];
    }
}
