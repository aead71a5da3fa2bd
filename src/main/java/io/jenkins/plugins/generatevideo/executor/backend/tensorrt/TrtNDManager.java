package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes arrays on the GPU. */
final class TrtNDManager extends BaseNDManager {
    private final TrtEngine engine;

    TrtNDManager(TrtEngine engine, NDManager parent, Device device) {
        super(parent, device);
        this.engine = engine;
    }

    @Override
    public ByteBuffer allocateDirect(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    @Override
    public NDArray from(NDArray array) {
        if (array == null || array instanceof TrtNDArray) {
            return array;
        }
        NDArray result = create(array.toByteBuffer(), array.getShape(), array.getDataType());
        result.setName(array.getName());
        return result;
    }

    @Override
    public TrtNDArray create(Buffer data, Shape shape, DataType type) {
        int bytes = Math.toIntExact(Math.multiplyExact(shape.size(), type.getNumOfBytes()));
        ByteBuffer host;
        if (data instanceof ByteBuffer buffer && buffer.isDirect() && buffer.remaining() == bytes) {
            host = buffer;
        } else {
            host = allocateDirect(bytes);
            copyBuffer(data, host);
            host.rewind();
        }
        TrtNDArray array = create(shape, type);
        engine.driver().copyToDevice(array.address(), host);
        return array;
    }

    /** An array whose content is whatever lay there. */
    @Override
    public TrtNDArray create(Shape shape, DataType type) {
        long bytes = Math.multiplyExact(shape.size(), type.getNumOfBytes());
        TrtNDArray array =
                new TrtNDArray(this, engine, shape, type, engine.memory().take(bytes), bytes);
        attachInternal(array.getUid(), array);
        return array;
    }

    @Override
    public TrtNDManager newSubManager(Device device) {
        TrtNDManager manager = new TrtNDManager(engine, this, Device.gpu());
        attachUncappedInternal(manager.uid, manager);
        return manager;
    }

    @Override
    public Engine getEngine() {
        return engine;
    }
}
