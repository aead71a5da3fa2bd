package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.ndarray.types.DataType;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Turns tensors of the executor into the bytes of a network's data type and back. */
final class TensorConversion {
    private TensorConversion() {}

    /**
     * The tensor's elements as the network wants them, in the machine's byte order, ready to be read.
     *
     * @throws IllegalArgumentException if the tensor's kind of numbers does not go with the type, or an integer is too
     *     large for it
     */
    static ByteBuffer bytes(Tensor tensor, TrtPort port) {
        if (!port.float8()) {
            return bytes(tensor, port.type());
        }
        if (!(tensor instanceof FloatTensor floats)) {
            throw new IllegalArgumentException("integers do not become 8-bit floats");
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(floats.data().length).order(ByteOrder.nativeOrder());
        for (float value : floats.data()) {
            bytes.put(Float8.encode(value));
        }
        return bytes.rewind();
    }

    /** The same for a type that DJL has. */
    static ByteBuffer bytes(Tensor tensor, DataType type) {
        int size = Tensor.elements(tensor.shape());
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(size, type.getNumOfBytes()))
                .order(ByteOrder.nativeOrder());
        if (tensor instanceof FloatTensor floats) {
            put(floats.data(), type, bytes);
        } else if (tensor instanceof LongTensor longs) {
            put(longs.data(), type, bytes);
        }
        return bytes.rewind();
    }

    private static void put(float[] values, DataType type, ByteBuffer bytes) {
        switch (type) {
            case FLOAT32 -> bytes.asFloatBuffer().put(values);
            case FLOAT16 -> {
                for (float value : values) {
                    bytes.putShort(HalfPrecision.toFloat16(value));
                }
            }
            case BFLOAT16 -> {
                for (float value : values) {
                    bytes.putShort(HalfPrecision.toBfloat16(value));
                }
            }
            default -> throw new IllegalArgumentException("floats do not become " + type);
        }
    }

    private static void put(long[] values, DataType type, ByteBuffer bytes) {
        switch (type) {
            case INT64 -> bytes.asLongBuffer().put(values);
            case INT32 -> {
                for (long value : values) {
                    if (value != (int) value) {
                        throw new IllegalArgumentException(value + " does not fit in 32 bits");
                    }
                    bytes.putInt((int) value);
                }
            }
            case BOOLEAN -> {
                for (long value : values) {
                    bytes.put((byte) (value == 0 ? 0 : 1));
                }
            }
            default -> throw new IllegalArgumentException("integers do not become " + type);
        }
    }

    /** @throws IllegalArgumentException for a type that has no meaning here */
    static float[] floats(ByteBuffer source, TrtPort port) {
        if (!port.float8()) {
            return floats(source, port.type());
        }
        ByteBuffer bytes = source.slice();
        float[] values = new float[bytes.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float8.decode(bytes.get());
        }
        return values;
    }

    /** The same for a type that DJL has. */
    static float[] floats(ByteBuffer source, DataType type) {
        ByteBuffer bytes = source.slice().order(ByteOrder.nativeOrder());
        float[] values = new float[bytes.remaining() / type.getNumOfBytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case FLOAT32 -> bytes.getFloat();
                case FLOAT16 -> HalfPrecision.fromFloat16(bytes.getShort());
                case BFLOAT16 -> HalfPrecision.fromBfloat16(bytes.getShort());
                case INT64 -> bytes.getLong();
                case INT32 -> bytes.getInt();
                case BOOLEAN -> bytes.get() == 0 ? 0 : 1;
                default -> throw new IllegalArgumentException(type + " does not become floats");
            };
        }
        return values;
    }
}
