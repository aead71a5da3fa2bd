package io.jenkins.plugins.generatevideo.executor.backend;

/** A tensor of 32-bit floats. The arrays are shared, not copied: whoever makes one leaves them alone afterwards. */
public record FloatTensor(long[] shape, float[] data) implements Tensor {
    public FloatTensor {
        Tensor.check(shape, data.length);
    }
}
