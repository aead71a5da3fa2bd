package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

/** Converts single numbers between 32 bits and the two 16-bit formats, rounding to the nearest, ties to even (IEEE 754). */
final class HalfPrecision {
    private static final int SIGN_OF_HALF = 0x8000;
    private static final int INFINITE_HALF = 0x7c00;
    // 65520, from where on the nearest half is infinite
    private static final int OVERFLOW = 0x477ff000;
    // 2^-14, the smallest normal half
    private static final int SMALLEST_NORMAL = 0x38800000;
    // the exponent of 2^-25, half of the smallest subnormal half
    private static final int SMALLEST_EXPONENT = 102;
    private static final int INFINITE = 0x7f800000;

    private HalfPrecision() {}

    static short toFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & SIGN_OF_HALF;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > INFINITE) {
            return (short) (sign | 0x7e00);
        } else if (magnitude >= OVERFLOW) {
            return (short) (sign | INFINITE_HALF);
        } else if (magnitude >= SMALLEST_NORMAL) {
            int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
            return (short) (sign | rounded - 0x38000000 >>> 13);
        }
        int exponent = magnitude >>> 23;
        if (exponent < SMALLEST_EXPONENT) {
            return (short) sign;
        }
        int mantissa = magnitude & 0x7fffff | 0x800000;
        int shift = 126 - exponent;
        int rounded = mantissa + (1 << shift - 1) - 1 + (mantissa >>> shift & 1);
        return (short) (sign | rounded >>> shift);
    }

    static float fromFloat16(short half) {
        int sign = (half & SIGN_OF_HALF) << 16;
        int exponent = half >>> 10 & 0x1f;
        int mantissa = half & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | INFINITE | mantissa << 13);
        } else if (exponent == 0) {
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | exponent + 112 << 23 | mantissa << 13);
    }

    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // a quiet one, since the mantissa's upper bits may be zero
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    static float fromBfloat16(short brain) {
        return Float.intBitsToFloat(brain << 16);
    }
}
