package io.jenkins.plugins.generatevideo.executor.backend;

import java.util.Arrays;
import java.util.List;

/** A tensor of 64-bit integers, as token ids and masks are. The arrays are shared, not copied. */
public record LongTensor(long[] shape, long[] data) implements Tensor {
    public LongTensor {
        Tensor.check(shape, data.length);
    }

    /** Tensors of one shape one below the other: their first axes added up. */
    public static LongTensor concatenated(List<LongTensor> tensors) {
        long[] shape = tensors.get(0).shape().clone();
        shape[0] = tensors.stream().mapToLong(tensor -> tensor.shape()[0]).sum();
        return new LongTensor(
                shape,
                tensors.stream()
                        .flatMapToLong(tensor -> Arrays.stream(tensor.data()))
                        .toArray());
    }
}
