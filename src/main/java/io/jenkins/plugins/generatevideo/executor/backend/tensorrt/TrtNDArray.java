package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrayAdapter;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** A dense array on the GPU; it stays there from one call's output to the next call's input. */
final class TrtNDArray extends NDArrayAdapter {
    private final TrtEngine engine;
    private final long address;
    private final long bytes;

    TrtNDArray(TrtNDManager manager, TrtEngine engine, Shape shape, DataType type, long address, long bytes) {
        super(manager, null, shape, type, UUID.randomUUID().toString());
        this.engine = engine;
        this.address = address;
        this.bytes = bytes;
    }

    /** Where the array lies in the GPU's memory. */
    long address() {
        if (isClosed) {
            throw new IllegalStateException("the array was closed");
        }
        return address;
    }

    @Override
    public ByteBuffer toByteBuffer(boolean tryDirect) {
        ByteBuffer host = ByteBuffer.allocateDirect(Math.toIntExact(bytes)).order(ByteOrder.nativeOrder());
        engine.driver().copyToHost(host, address());
        return host;
    }

    @Override
    public void intern(NDArray replaced) {
        throw new UnsupportedOperationException("arrays of TensorRT are not replaced");
    }

    @Override
    public void detach() {
        manager.detachInternal(getUid());
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            super.close();
            engine.memory().giveBack(address, bytes);
        }
    }
}
