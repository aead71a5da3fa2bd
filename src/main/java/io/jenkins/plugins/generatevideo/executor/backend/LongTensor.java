package io.jenkins.plugins.generatevideo.executor.backend;

/** A tensor of 64-bit integers, as token ids and masks are. The arrays are shared, not copied. */
public record LongTensor(long[] shape, long[] data) implements Tensor {
    public LongTensor {
        Tensor.check(shape, data.length);
    }
}
