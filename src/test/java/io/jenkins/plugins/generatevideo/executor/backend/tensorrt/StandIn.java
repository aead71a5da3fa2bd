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
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Stands in for TensorRT on a GPU: "compiles" a network by copying it and runs it with ONNX Runtime behind the same DJL
 * interfaces. Its memory is a number, of which loaded networks take their share, and which must not be exceeded.
 */
public final class StandIn implements EngineRuntime {
    private final Function<String, Figures> figures;
    private final long memory;
    private long taken;
    private long peak;
    private final List<String> happened = new ArrayList<>();

    /**
     * @param memory of the pretended GPU in bytes
     * @param figures what each network takes of it, by name
     */
    public StandIn(long memory, Function<String, Figures> figures) {
        try (OnnxRuntimeBackend runtime = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard())) {
            // on a thread with a large stack
            runtime.start();
        } catch (ExecutorException e) {
            throw new IllegalStateException(e);
        }
        this.memory = memory;
        this.figures = figures;
    }

    /** One with memory for everything. */
    public static StandIn large() {
        return new StandIn(1L << 40, network -> new Figures(1 << 20, 1 << 20, 0));
    }

    /** What a network takes, in bytes. */
    public static Figures figures(long weights, long activations, long streamable) {
        return new Figures(weights, activations, streamable);
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
        return figures.apply(specification.network());
    }

    @Override
    public synchronized LoadedEngine load(Path plan, long weightBudget) throws IOException {
        String name = plan.getParent().getFileName().toString().replaceFirst("-[0-9a-f]+$", "");
        Figures its = figures.apply(name);
        long bytes = weightBudget < 0 ? its.weights() : Math.min(its.weights(), weightBudget);
        if (taken + bytes + its.activations() > memory) {
            throw new DeviceMemoryException("the stand-in's memory is full");
        }
        happened.add("load " + name + (weightBudget < 0 ? "" : " with " + weightBudget));
        taken += bytes;
        peak = Math.max(peak, taken + its.activations());
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
                        return new TrtPort(node.getName(), type, false, tensor.getShape(), List.of());
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
