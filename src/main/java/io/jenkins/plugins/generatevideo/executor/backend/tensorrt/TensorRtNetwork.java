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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A compiled network that takes and gives tensors on the host. */
final class TensorRtNetwork implements Network {
    private final Path file;
    private final EngineRuntime.LoadedEngine engine;

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
            case BOOLEAN -> "bool";
            default -> port.type().name().toLowerCase(Locale.ROOT);
        };
    }

    @Override
    public Map<String, FloatTensor> run(Map<String, Tensor> tensors) throws ExecutorException {
        // what one run allocates goes back to the engine's memory at its end
        try (NDManager run = engine.manager().newSubManager()) {
            NDList list = new NDList();
            for (TrtPort port : engine.inputs()) {
                Tensor tensor = tensors.get(port.name());
                if (tensor == null) {
                    throw new IllegalArgumentException(
                            "it takes \"" + port.name() + "\" but was given " + tensors.keySet());
                }
                NDArray array =
                        run.create(TensorConversion.bytes(tensor, port.type()), new Shape(tensor.shape()), port.type());
                array.setName(port.name());
                list.add(array);
            }
            Map<String, FloatTensor> results = new LinkedHashMap<>();
            for (NDArray array : engine.block().forward(new ParameterStore(run, true), list, false)) {
                float[] values = TensorConversion.floats(array.toByteBuffer(), array.getDataType());
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

    @Override
    public void close() {
        engine.close();
    }
}
