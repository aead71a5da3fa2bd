package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.Tensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A compiled network that takes and gives tensors on the host. What was given stays on the GPU until something else is given
 * for the same input, so that prompt embeddings travel once for all steps.
 */
final class TensorRtNetwork implements Network {
    private final Path file;
    private final EngineRuntime.LoadedEngine engine;
    private final Map<String, Given> given = new HashMap<>();

    /** A tensor, which nobody changes, and its copy on the GPU. */
    private record Given(Tensor tensor, NDArray array) {}

    TensorRtNetwork(Path file, EngineRuntime.LoadedEngine engine) {
        this.file = file;
        this.engine = engine;
    }

    @Override
    public List<Port> inputs() {
        return ports(engine.inputs());
    }

    @Override
    public List<Port> outputs() {
        return ports(engine.outputs());
    }

    private static List<Port> ports(List<TrtPort> ports) {
        return ports.stream()
                .map(port -> new Port(port.name(), typeName(port), port.shape()))
                .toList();
    }

    /** The names that ONNX Runtime has for the types, since bundles are checked against those. */
    private static String typeName(TrtPort port) {
        return switch (port.type()) {
            case FLOAT32 -> "float";
            case UINT8 -> port.float8() ? "float8" : "uint8";
            case BOOLEAN -> "bool";
            default -> port.type().name().toLowerCase(Locale.ROOT);
        };
    }

    @Override
    public Map<String, FloatTensor> run(Map<String, Tensor> tensors) throws ExecutorException {
        // the outputs that one run allocates go back to the engine's memory at its end
        try (NDManager run = engine.manager().newSubManager()) {
            NDList list = new NDList();
            for (TrtPort port : engine.inputs()) {
                list.add(array(port, tensors));
            }
            Map<String, FloatTensor> results = new LinkedHashMap<>();
            for (NDArray array : engine.block().forward(new ParameterStore(run, true), list, false)) {
                float[] values = TensorConversion.floats(array.toByteBuffer(), output(array));
                results.put(array.getName(), new FloatTensor(array.getShape().getShape(), values));
            }
            return results;
        } catch (IllegalArgumentException e) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The network " + file + " cannot take what it was given (" + e.getMessage()
                            + "); correct the profiles in bundle.json.",
                    e);
        } catch (DeviceMemoryException e) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "There is not enough memory on the GPU to run the network " + file
                            + "; ask for a smaller size or fewer frames, or use a larger GPU.",
                    e);
        } catch (EngineException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The network " + file + " failed while running (" + e.getMessage()
                            + "); see with nvidia-smi whether the GPU is still there.",
                    e);
        }
    }

    private NDArray array(TrtPort port, Map<String, Tensor> tensors) {
        Tensor tensor = tensors.get(port.name());
        if (tensor == null) {
            throw new IllegalArgumentException("it takes \"" + port.name() + "\" but was given " + tensors.keySet());
        }
        Given before = given.get(port.name());
        if (before != null && before.tensor() == tensor) {
            return before.array();
        }
        if (before != null) {
            // first, so that the next lies in the same place and a recorded call still fits
            before.array().close();
            given.remove(port.name());
        }
        NDArray array =
                engine.manager().create(TensorConversion.bytes(tensor, port), new Shape(tensor.shape()), port.type());
        array.setName(port.name());
        given.put(port.name(), new Given(tensor, array));
        return array;
    }

    private TrtPort output(NDArray array) {
        return engine.outputs().stream()
                .filter(port -> port.name().equals(array.getName()))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        engine.close();
    }
}
