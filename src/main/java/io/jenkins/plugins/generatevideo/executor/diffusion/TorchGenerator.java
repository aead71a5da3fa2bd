package io.jenkins.plugins.generatevideo.executor.diffusion;

/**
 * PyTorch's generator of normal noise on the CPU: {@code torch.Generator("cpu").manual_seed(seed)} and
 * {@code torch.randn} in float32, draw after draw, up to the rounding of 32-bit logarithms and sines. A seed so means
 * the same noise here as in the tools that people compare with.
 *
 * <p>Underneath lies the Mersenne Twister mt19937 (Matsumoto and Nishimura 1998), seeded with the seed's low 32 bits,
 * and the Box-Muller transform. PyTorch takes two ways: draws of 16 values and more are made in blocks of 16 from
 * 24-bit fractions, shorter ones value by value from 53-bit fractions with the second value of each pair kept for later.
 */
public final class TorchGenerator {
    private static final int STATE_SIZE = 624;
    private static final int SHIFT_SIZE = 397;
    private static final int BLOCK = 16;
    private static final float TWO_PI = (float) (2 * Math.PI);

    private final int[] state = new int[STATE_SIZE];
    private int position = STATE_SIZE;
    private double keptNormal;
    private boolean hasKeptNormal;

    /** @param seed any 64 bits */
    public TorchGenerator(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < STATE_SIZE; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /**
     * Draws from the standard normal distribution.
     *
     * @param count how many, 0 or more; the product of the tensor's shape, whose values come in row-major order
     */
    public float[] randn(int count) {
        float[] values = new float[count];
        if (count < BLOCK) {
            for (int i = 0; i < count; i++) {
                values[i] = (float) nextNormal();
            }
            return values;
        }
        for (int i = 0; i < count; i++) {
            values[i] = nextFraction24();
        }
        for (int start = 0; start <= count - BLOCK; start += BLOCK) {
            transform(values, start);
        }
        if (count % BLOCK != 0) {
            // The last 16 are drawn anew, over values that are already there.
            int start = count - BLOCK;
            for (int i = start; i < count; i++) {
                values[i] = nextFraction24();
            }
            transform(values, start);
        }
        return values;
    }

    /** Box-Muller on 16 fractions: the first eight give the radii, the others the angles. */
    private static void transform(float[] values, int start) {
        for (int i = start; i < start + BLOCK / 2; i++) {
            float radius = (float) Math.sqrt(-2f * (float) Math.log(1 - values[i]));
            double angle = TWO_PI * values[i + BLOCK / 2];
            values[i] = radius * (float) Math.cos(angle);
            values[i + BLOCK / 2] = radius * (float) Math.sin(angle);
        }
    }

    private double nextNormal() {
        if (hasKeptNormal) {
            hasKeptNormal = false;
            return keptNormal;
        }
        double angle = 2 * Math.PI * nextFraction53();
        double radius = Math.sqrt(-2 * Math.log1p(-nextFraction53()));
        keptNormal = radius * Math.sin(angle);
        hasKeptNormal = true;
        return radius * Math.cos(angle);
    }

    /** A multiple of 2^-24 in [0, 1). */
    private float nextFraction24() {
        return (next32() & 0xFFFFFF) * 0x1p-24f;
    }

    /** A multiple of 2^-53 in [0, 1). */
    private double nextFraction53() {
        long high = next32();
        long low = next32() & 0xFFFFFFFFL;
        return ((high << 32 | low) & 0x1FFFFFFFFFFFFFL) * 0x1p-53;
    }

    private int next32() {
        if (position == STATE_SIZE) {
            regenerate();
            position = 0;
        }
        int y = state[position++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9D2C5680;
        y ^= y << 15 & 0xEFC60000;
        return y ^ y >>> 18;
    }

    private void regenerate() {
        for (int i = 0; i < STATE_SIZE; i++) {
            int mixed = state[i] & 0x80000000 | state[(i + 1) % STATE_SIZE] & 0x7FFFFFFF;
            int twisted = mixed >>> 1 ^ ((mixed & 1) == 0 ? 0 : 0x9908B0DF);
            state[i] = state[(i + SHIFT_SIZE) % STATE_SIZE] ^ twisted;
        }
    }
}
