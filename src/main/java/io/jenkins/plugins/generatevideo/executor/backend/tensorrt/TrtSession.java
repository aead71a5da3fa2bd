package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IExecutionContext;

/**
 * One compiled network, ready to run on a stream of its own. A call that repeats the one before, with the same shapes in the
 * same places, is recorded as a CUDA graph and from then on launched as such. Not for several threads at once.
 */
final class TrtSession implements AutoCloseable {
    private final TrtEngine owner;
    private final ICudaEngine engine;
    private final IExecutionContext context;
    private final List<TrtPort> inputs = new ArrayList<>();
    private final List<TrtPort> outputs = new ArrayList<>();
    private final long stream;
    private int profile;
    private String latestShapes = "";
    private long workspaceBytes;
    // what the context was told; another network's larger need moves it
    private long workspace;
    private String latestCall = "";
    private long graph;
    private boolean graphs;
    private boolean closed;

    private TrtSession(TrtEngine owner, ICudaEngine engine, IExecutionContext context, boolean graphs) {
        this.owner = owner;
        this.engine = engine;
        this.context = context;
        this.graphs = graphs;
        for (int i = 0; i < engine.getNbIOTensors(); i++) {
            String name = engine.getIOTensorName(i);
            boolean input = engine.getTensorIOMode(name).intern() == nvinfer.TensorIOMode.kINPUT;
            List<ShapeRange> profiles = new ArrayList<>();
            for (int p = 0; input && p < engine.getNbOptimizationProfiles(); p++) {
                profiles.add(new ShapeRange(
                        range(name, p, nvinfer.OptProfileSelector.kMIN),
                        range(name, p, nvinfer.OptProfileSelector.kOPT),
                        range(name, p, nvinfer.OptProfileSelector.kMAX)));
            }
            if (engine.isShapeInferenceIO(name)) {
                throw new EngineException("its port " + name + " is a shape, which has no meaning here");
            }
            nvinfer.DataType type = engine.getTensorDataType(name).intern();
            TrtPort port = new TrtPort(
                    name, type(type), type == nvinfer.DataType.kFP8, shape(engine.getTensorShape(name)), profiles);
            (input ? inputs : outputs).add(port);
        }
        stream = owner.driver().createStream();
    }

    /**
     * Loads a compiled network.
     *
     * @param weightBudget the bytes of weights that may lie on the GPU at once, negative for all
     * @throws EngineException with TensorRT's words, for example for another GPU architecture or TensorRT version
     */
    static TrtSession open(TrtEngine owner, Path file, long weightBudget) throws IOException {
        owner.driver().enter();
        ICudaEngine engine;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                // not a mapping: those end at 2 GB
                BytePointer bytes = new BytePointer(channel.size())) {
            while (bytes.position() < channel.size()) {
                long end = Math.min(channel.size(), bytes.position() + (1 << 30));
                int read = channel.read(bytes.limit(end).asBuffer());
                if (read < 0) {
                    throw new EOFException(file + " became shorter while it was read");
                }
                bytes.position(bytes.position() + read);
            }
            bytes.position(0);
            engine = owner.runtime().deserializeCudaEngine(bytes, channel.size());
        }
        if (TrtObjects.isMissing(engine)) {
            throw owner.logger().failure("the compiled network " + file + " does not load");
        }
        boolean streamed = weightBudget >= 0 && engine.getStreamableWeightsSize() > 0;
        if (streamed && !engine.setWeightStreamingBudgetV2(Math.min(weightBudget, engine.getStreamableWeightsSize()))) {
            TrtObjects.delete(engine);
            throw owner.logger().failure("the weights of " + file + " cannot be streamed");
        }
        IExecutionContext context =
                engine.createExecutionContext(nvinfer.ExecutionContextAllocationStrategy.kUSER_MANAGED);
        if (TrtObjects.isMissing(context)) {
            TrtObjects.delete(engine);
            throw owner.logger().failure("there is no memory to run " + file);
        }
        try {
            return new TrtSession(owner, engine, context, !streamed);
        } catch (EngineException e) {
            TrtObjects.delete(context);
            TrtObjects.delete(engine);
            throw e;
        }
    }

    List<TrtPort> inputs() {
        return inputs;
    }

    List<TrtPort> outputs() {
        return outputs;
    }

    /**
     * Runs the network and waits for it.
     *
     * @param arrays one for each input, by name
     * @param manager owns the outputs
     * @throws IllegalArgumentException for shapes or types that the network was not compiled for
     */
    Map<String, TrtNDArray> run(Map<String, TrtNDArray> arrays, TrtNDManager manager) {
        owner.driver().enter();
        setShapes(arrays);
        long address = owner.memory().workspace(workspaceBytes);
        if (address != workspace) {
            try (Pointer pointer = new Address(address)) {
                context.setDeviceMemoryV2(pointer, workspaceBytes);
            }
            workspace = address;
        }
        Map<String, TrtNDArray> results = new LinkedHashMap<>();
        StringJoiner call = new StringJoiner(" ").add("workspace@" + address);
        for (TrtPort port : inputs) {
            bind(port, arrays.get(port.name()), call);
        }
        for (TrtPort port : outputs) {
            Shape shape = new Shape(shape(context.getTensorShape(port.name())));
            TrtNDArray result = manager.create(shape, port.type());
            results.put(port.name(), result);
            bind(port, result, call);
        }
        enqueue(call.toString());
        return results;
    }

    /** Tells TensorRT the shapes, if they are not those of the call before, and hears what memory they take. */
    private void setShapes(Map<String, TrtNDArray> arrays) {
        selectProfile(arrays);
        StringJoiner shapes = new StringJoiner(" ").add(String.valueOf(profile));
        inputs.forEach(port -> shapes.add(arrays.get(port.name()).getShape().toString()));
        if (shapes.toString().equals(latestShapes)) {
            return;
        }
        for (TrtPort port : inputs) {
            try (Dims64 shape = dimensions(arrays.get(port.name()).getShape().getShape())) {
                require(context.setInputShape(port.name(), shape), "setting the shape of " + port.name());
            }
        }
        workspaceBytes = Math.max(1, context.updateDeviceMemorySizeForShapes());
        workspace = 0;
        latestShapes = shapes.toString();
    }

    private void selectProfile(Map<String, TrtNDArray> arrays) {
        for (TrtPort port : inputs) {
            DataType given = arrays.get(port.name()).getDataType();
            if (given != port.type()) {
                throw new IllegalArgumentException(port.name() + " is " + port.type() + ", not " + given);
            }
        }
        for (int candidate = 0; candidate < engine.getNbOptimizationProfiles(); candidate++) {
            int index = candidate;
            boolean fits = inputs.stream()
                    .allMatch(port -> port.profiles()
                            .get(index)
                            .contains(arrays.get(port.name()).getShape().getShape()));
            if (fits) {
                if (index != profile) {
                    require(context.setOptimizationProfileAsync(index, stream()), "changing the profile");
                    owner.driver().synchronize(stream);
                    profile = index;
                }
                return;
            }
        }
        StringJoiner known = new StringJoiner(", ");
        inputs.forEach(
                port -> known.add(port.name() + " " + arrays.get(port.name()).getShape() + " for " + port.profiles()));
        throw new IllegalArgumentException("the network is not compiled for these shapes: " + known);
    }

    private void bind(TrtPort port, TrtNDArray array, StringJoiner call) {
        try (Pointer address = new Address(array.address())) {
            require(context.setTensorAddress(port.name(), address), "binding " + port.name());
        }
        call.add(array.getShape() + "@" + array.address());
    }

    private void enqueue(String call) {
        CudaDriver driver = owner.driver();
        boolean repeated = call.equals(latestCall);
        if (!repeated) {
            dropGraph();
        }
        latestCall = call;
        if (repeated && graph == 0 && graphs) {
            graph = capture();
        }
        if (graph != 0) {
            driver.launch(graph, stream);
        } else {
            require(context.enqueueV3(stream()), "running");
        }
        driver.synchronize(stream);
    }

    /** @return 0 for a network that cannot be recorded, which is tried once */
    private long capture() {
        owner.driver().beginCapture(stream);
        boolean recorded = context.enqueueV3(stream());
        try {
            long captured = owner.driver().endCapture(stream);
            if (recorded) {
                return captured;
            }
            owner.driver().destroyGraph(captured);
        } catch (DeviceMemoryException e) {
            throw e;
        } catch (EngineException e) {
            // loops and data-dependent shapes cannot be recorded: it runs as before
            owner.logger().failure("recording");
        }
        graphs = false;
        return 0;
    }

    private void dropGraph() {
        if (graph != 0) {
            owner.driver().destroyGraph(graph);
            graph = 0;
        }
    }

    private CUstream_st stream() {
        return new CUstream_st(new Address(stream));
    }

    private void require(boolean done, String what) {
        if (!done) {
            throw owner.logger().failure(what);
        }
    }

    private List<Long> range(String name, int index, nvinfer.OptProfileSelector which) {
        List<Long> extents = new ArrayList<>();
        for (long extent : shape(engine.getProfileShape(name, index, which))) {
            extents.add(extent);
        }
        return extents;
    }

    static long[] shape(Dims64 dimensions) {
        long[] shape = new long[Math.max(0, dimensions.nbDims())];
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = dimensions.d(axis);
        }
        return shape;
    }

    static Dims64 dimensions(long... shape) {
        Dims64 dimensions = new Dims64();
        dimensions.nbDims(shape.length);
        for (int axis = 0; axis < shape.length; axis++) {
            dimensions.d(axis, shape[axis]);
        }
        return dimensions;
    }

    static DataType type(nvinfer.DataType type) {
        return switch (type) {
            case kFLOAT -> DataType.FLOAT32;
            case kHALF -> DataType.FLOAT16;
            case kBF16 -> DataType.BFLOAT16;
            case kINT32 -> DataType.INT32;
            case kINT64 -> DataType.INT64;
            case kBOOL -> DataType.BOOLEAN;
            case kINT8 -> DataType.INT8;
            case kUINT8, kFP8 -> DataType.UINT8;
            default -> throw new EngineException("a port has the type " + type + ", which has no meaning here");
        };
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            dropGraph();
            TrtObjects.delete(context);
            TrtObjects.delete(engine);
            owner.driver().destroyStream(stream);
        }
    }

    /** A number as JavaCPP's pointer to it; nothing is freed with it. */
    private static final class Address extends Pointer {
        Address(long value) {
            super((Pointer) null);
            address = value;
        }
    }
}
