package io.jenkins.plugins.generatevideo.executor.backend;

import java.util.Arrays;

/** A dense row-major array with a shape, on the host; what goes into and comes out of a {@link Network}. */
public sealed interface Tensor permits FloatTensor, LongTensor {
    /** The extent of every axis, outermost first; its product is the number of elements. */
    long[] shape();

    /**
     * How many elements a shape holds.
     *
     * @throws ArithmeticException for more than 2^31 - 1
     */
    static int elements(long[] shape) {
        long product = 1;
        for (long extent : shape) {
            product = Math.multiplyExact(product, extent);
        }
        return Math.toIntExact(product);
    }

    /** @throws IllegalArgumentException if {@code shape} does not hold exactly {@code elements} elements */
    static void check(long[] shape, int elements) {
        if (elements(shape) != elements) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " needs " + elements(shape) + " elements, not " + elements);
        }
    }
}
