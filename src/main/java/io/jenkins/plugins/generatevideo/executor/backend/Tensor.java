package io.jenkins.plugins.generatevideo.executor.backend;

/** A dense row-major array with a shape, on the host; what goes into and comes out of a {@link Network}. */
public sealed interface Tensor permits FloatTensor, LongTensor {
    /** The extent of every axis, outermost first; its product is the number of elements. */
    long[] shape();

    /** @throws IllegalArgumentException if {@code shape} does not hold exactly {@code elements} elements */
    static void check(long[] shape, int elements) {
        long product = 1;
        for (long extent : shape) {
            product = Math.multiplyExact(product, extent);
        }
        if (product != elements) {
            throw new IllegalArgumentException(
                    "shape " + java.util.Arrays.toString(shape) + " needs " + product + " elements, not " + elements);
        }
    }
}
