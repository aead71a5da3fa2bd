package io.jenkins.plugins.generatevideo.executor.backend;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.Float16Utils;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * One ONNX Runtime session as a DJL symbol block. The session is opened here and handed to DJL, because DJL's own model
 * loader names the inputs but keeps their types and shapes to itself.
 */
final class OnnxRuntimeNetwork implements Network {
    private final Path file;
    private final OrtSymbolBlock block;
    private final OrtNDManager manager;
    private final List<Port> inputs;
    private final List<Port> outputs;

    private OnnxRuntimeNetwork(
            Path file, OrtSymbolBlock block, OrtNDManager manager, List<Port> inputs, List<Port> outputs) {
        this.file = file;
        this.block = block;
        this.manager = manager;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    static OnnxRuntimeNetwork of(OrtSession session, OrtNDManager manager, Path file)
            throws OrtException, ExecutorException {
        // from here on the manager owns the session: closing it closes the block, which closes the session
        OrtSymbolBlock block = new OrtSymbolBlock(session, manager);
        try {
            List<Port> inputs = ports(session.getInputInfo().values(), file);
            List<Port> outputs = ports(session.getOutputInfo().values(), file);
            return new OnnxRuntimeNetwork(file, block, manager, inputs, outputs);
        } catch (OrtException | ExecutorException e) {
            manager.close();
            throw e;
        }
    }

    private static List<Port> ports(Collection<NodeInfo> nodes, Path file) throws ExecutorException {
        List<Port> ports = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo tensor)) {
                throw new ExecutorException(
                        ExitCode.BAD_BUNDLE,
                        "The network " + file + " has a port \"" + node.getName()
                                + "\" that is no tensor; export it with tensors only.");
            }
            ports.add(new Port(node.getName(), tensor.type.name().toLowerCase(Locale.ROOT), tensor.getShape()));
        }
        return List.copyOf(ports);
    }

    @Override
    public List<Port> inputs() {
        return inputs;
    }

    @Override
    public List<Port> outputs() {
        return outputs;
    }

    @Override
    public Map<String, FloatTensor> run(Map<String, Tensor> tensors) throws ExecutorException {
        if (!tensors.keySet().equals(names(inputs))) {
            throw unfitting("takes the inputs " + names(inputs) + " but was given " + tensors.keySet());
        }
        // arrays of one run live in a manager of their own, so that native memory goes back at its end
        try (NDManager run = manager.newSubManager()) {
            NDList list = new NDList();
            for (Port port : inputs) {
                NDArray array = array(run, port, tensors.get(port.name()));
                array.setName(port.name());
                list.add(array);
            }
            NDList results = block.forward(new ParameterStore(run, true), list, false);
            Map<String, FloatTensor> named = new LinkedHashMap<>();
            for (NDArray array : results) {
                named.put(array.getName(), new FloatTensor(array.getShape().getShape(), floats(array)));
            }
            return named;
        } catch (EngineException e) {
            if (isOutOfMemory(e)) {
                throw new ExecutorException(
                        ExitCode.MACHINE_UNSUITABLE,
                        "There is not enough memory to run the network " + file
                                + "; ask for a smaller size or fewer frames, or use a larger machine.",
                        e);
            }
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The network " + file + " failed while running (" + OnnxRuntimeBackend.firstLine(e) + ").",
                    e);
        }
    }

    private NDArray array(NDManager run, Port port, Tensor tensor) throws ExecutorException {
        checkShape(port, tensor.shape());
        Shape shape = new Shape(tensor.shape());
        if (tensor instanceof FloatTensor floats && port.type().equals("float")) {
            return run.create(FloatBuffer.wrap(floats.data()), shape, DataType.FLOAT32);
        } else if (tensor instanceof FloatTensor floats && port.type().equals("float16")) {
            return run.create(Float16Utils.toByteBuffer(run, floats.data()), shape, DataType.FLOAT16);
        } else if (tensor instanceof LongTensor longs && port.type().equals("int64")) {
            return run.create(LongBuffer.wrap(longs.data()), shape, DataType.INT64);
        }
        String given = tensor instanceof FloatTensor ? "floats" : "integers";
        throw unfitting("takes \"" + port.name() + "\" as " + port.type() + " but was given " + given);
    }

    private void checkShape(Port port, long[] shape) throws ExecutorException {
        boolean fits = shape.length == port.shape().length;
        for (int axis = 0; fits && axis < shape.length; axis++) {
            fits = port.shape()[axis] < 0 || port.shape()[axis] == shape[axis];
        }
        if (!fits) {
            throw unfitting("takes \"" + port.name() + "\" with shape " + Arrays.toString(port.shape())
                    + " but was given " + Arrays.toString(shape));
        }
    }

    private ExecutorException unfitting(String difference) {
        return new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "The network " + file + " " + difference + "; bundle.json and the network do not belong together.");
    }

    private static float[] floats(NDArray array) throws EngineException {
        // DJL's own getters refuse other types than the one asked for
        ByteBuffer bytes = array.toByteBuffer();
        int size = Math.toIntExact(array.getShape().size());
        return switch (array.getDataType()) {
            case FLOAT32 -> {
                float[] values = new float[size];
                bytes.asFloatBuffer().get(values);
                yield values;
            }
            case FLOAT16 -> Float16Utils.fromByteBuffer(bytes);
            case FLOAT64 -> floats(size, i -> bytes.getDouble(i * Double.BYTES));
            case INT64 -> floats(size, i -> bytes.getLong(i * Long.BYTES));
            case INT32 -> floats(size, i -> bytes.getInt(i * Integer.BYTES));
            case INT8, BOOLEAN -> floats(size, bytes::get);
            case UINT8 -> floats(size, i -> Byte.toUnsignedInt(bytes.get(i)));
            default ->
                throw new EngineException("output \"" + array.getName() + "\" has the type " + array.getDataType()
                        + ", which has no meaning here");
        };
    }

    private static float[] floats(int size, IntToDoubleFunction element) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) element.applyAsDouble(i);
        }
        return values;
    }

    private static Collection<String> names(List<Port> ports) {
        Map<String, Port> named = new LinkedHashMap<>();
        ports.forEach(port -> named.put(port.name(), port));
        return named.keySet();
    }

    static boolean isOutOfMemory(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("Failed to allocate memory")
                || message.contains("bad_alloc")
                || message.contains("bad allocation");
    }

    @Override
    public void close() {
        manager.close();
    }
}
