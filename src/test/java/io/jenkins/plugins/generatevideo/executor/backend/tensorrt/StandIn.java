package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.SymbolBlock;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Stands in for TensorRT on a GPU: "compiles" a network by copying it and runs it with ONNX Runtime behind the same DJL
 * interfaces. Its memory is a number, of which loaded networks take their share, and which must not be exceeded.
 */
public final class StandIn implements EngineRuntime {
    private final Figures figures;

    private final long memory;
    private long taken;
    private long peak;
    private final List<String> happened = new ArrayList<>();

    /**
     * @param memory of the pretended GPU in bytes
     * @param activations what each network takes besides its weights while it runs
     * @param streamable see {@link EngineCompiler.Figures}
     */
    public StandIn(long memory, long activations, long streamable) {
        NativeLibraries.prepare();
        this.memory = memory;
        this.figures = new Figures(activations, streamable);
    }

    /** A backend on it. */
    public TensorRtBackend backend(Path cache, Collection<EngineSpecification> networks, List<String> messages) {
        return new TensorRtBackend(
                this, new TensorRtBackend.Options(cache, Duration.ofMinutes(5), 0), networks, messages::add);
    }

    /** What was compiled, loaded and dropped, in order. */
    public List<String> happened() {
        return happened;
    }

    /** The most memory that networks took at once. */
    public long peak() {
        return peak;
    }

    @Override
    public String version() {
        return "10.15.1";
    }

    @Override
    public String device() {
        return "stand-in";
    }

    @Override
    public String architecture() {
        return "9.0";
    }

    @Override
    public synchronized long freeMemory() {
        return memory - taken;
    }

    @Override
    public Figures compile(EngineSpecification specification, Path plan, Path timings) throws IOException {
        happened.add("compile " + specification.network());
        Files.copy(specification.file(), plan);
        return figures;
    }

    @Override
    public synchronized LoadedEngine load(Path plan, long weightBudget) throws IOException {
        long weights = Files.size(plan);
        long bytes = weightBudget < 0 ? weights : Math.min(weights, weightBudget);
        if (taken + bytes + figures.activations() > memory) {
            throw new DeviceMemoryException("the stand-in's memory is full");
        }
        String name = plan.getParent().getFileName().toString().replaceFirst("-[0-9a-f]+$", "");
        happened.add("load " + name + (weightBudget < 0 ? "" : " with " + weightBudget));
        taken += bytes;
        peak = Math.max(peak, taken + figures.activations());
        OrtNDManager manager = (OrtNDManager) Engine.getEngine("OnnxRuntime").newBaseManager();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            OrtSession session = OrtEnvironment.getEnvironment().createSession(plan.toString(), options);
            return new Loaded(name, bytes, session, manager);
        } catch (OrtException e) {
            manager.close();
            throw new EngineException(e);
        }
    }

    @Override
    public void close() {
        happened.add("close");
    }

    private final class Loaded implements LoadedEngine {
        private final String name;
        private final long bytes;
        private final OrtNDManager manager;
        private final OrtSymbolBlock block;
        private final List<TrtPort> inputs;
        private final List<TrtPort> outputs;

        Loaded(String name, long bytes, OrtSession session, OrtNDManager manager) throws OrtException {
            this.name = name;
            this.bytes = bytes;
            this.manager = manager;
            block = new OrtSymbolBlock(session, manager);
            inputs = ports(session.getInputInfo().values());
            outputs = ports(session.getOutputInfo().values());
        }

        private static List<TrtPort> ports(Collection<NodeInfo> nodes) {
            return nodes.stream()
                    .map(node -> {
                        TensorInfo tensor = (TensorInfo) node.getInfo();
                        DataType type =
                                switch (tensor.type) {
                                    case FLOAT -> DataType.FLOAT32;
                                    case FLOAT16 -> DataType.FLOAT16;
                                    case BFLOAT16 -> DataType.BFLOAT16;
                                    case INT64 -> DataType.INT64;
                                    default -> throw new IllegalArgumentException(tensor.type.toString());
                                };
                        return new TrtPort(node.getName(), type, tensor.getShape(), List.of());
                    })
                    .toList();
        }

        @Override
        public List<TrtPort> inputs() {
            return inputs;
        }

        @Override
        public List<TrtPort> outputs() {
            return outputs;
        }

        @Override
        public NDManager manager() {
            return manager;
        }

        @Override
        public SymbolBlock block() {
            return block;
        }

        @Override
        public void close() {
            manager.close();
            synchronized (StandIn.this) {
                happened.add("drop " + name);
                taken -= bytes;
            }
        }
    }
}
