package io.jenkins.plugins.generatevideo.executor.cache;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import java.nio.ByteBuffer;

/** Tensors as bytes, big-endian: the number of dimensions, each of them, the values. */
final class Tensors {
    private static final int MOST_DIMENSIONS = 8;

    private Tensors() {}

    static byte[] toBytes(FloatTensor tensor) {
        int dimensions = tensor.shape().length;
        ByteBuffer bytes =
                ByteBuffer.allocate(Integer.BYTES + dimensions * Long.BYTES + tensor.data().length * Float.BYTES);
        bytes.putInt(dimensions);
        for (long extent : tensor.shape()) {
            bytes.putLong(extent);
        }
        bytes.asFloatBuffer().put(tensor.data());
        return bytes.array();
    }

    /** @throws IllegalArgumentException if the bytes are no tensor's */
    static FloatTensor fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int dimensions = bytes.length < Integer.BYTES ? 0 : buffer.getInt();
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS || buffer.remaining() < dimensions * Long.BYTES) {
            throw new IllegalArgumentException("no tensor");
        }
        long[] shape = new long[dimensions];
        for (int i = 0; i < dimensions; i++) {
            shape[i] = buffer.getLong();
        }
        float[] values = new float[buffer.remaining() / Float.BYTES];
        buffer.asFloatBuffer().get(values);
        try {
            return new FloatTensor(shape, values);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a shape beyond all size", e);
        }
    }
}
