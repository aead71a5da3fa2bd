package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.EngineException;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Runs networks on the GPU with TensorRT behind DJL, and compiles them before if need be. */
public final class TensorRtBackend implements Backend {
    private static final String COMPILE_AGAIN = "; compile it again with \"bundle compile --force\".";

    private final EngineRuntime runtime;
    private final CompiledEngines engines;
    private final Map<Path, EngineSpecification> specifications = new LinkedHashMap<>();

    /**
     * How networks are compiled and loaded.
     *
     * @param cache the folder that keeps compiled networks
     * @param timeLimit the longest that compiling one network may take
     * @param workspace the most GPU memory that one layer may use for itself, in bytes; 0 for no limit
     */
    public record Options(Path cache, Duration timeLimit, long workspace) {
        /** Compiled networks in the user's cache, an hour for each, all memory. */
        public static Options standard(Path cache) {
            return new Options(cache.resolve("tensorrt"), Duration.ofHours(1), 0);
        }

        public Options withWorkspace(long bytes) {
            return new Options(cache, timeLimit, bytes);
        }

        public Options withTimeLimit(Duration limit) {
            return new Options(cache, limit, workspace);
        }
    }

    /** What compiling a network came to: its engine, and whether it was compiled now. */
    public record Compiled(EngineCache.Entry engine, boolean now) {}

    TensorRtBackend(
            EngineRuntime runtime,
            Options options,
            Collection<EngineSpecification> networks,
            CompileObserver observer) {
        this.runtime = runtime;
        networks.forEach(network -> specifications.put(network.file(), network));
        engines = new CompiledEngines(
                new EngineCache(options.cache()),
                runtime,
                runtime.version(),
                runtime.architecture(),
                options.timeLimit(),
                observer);
    }

    /**
     * Opens TensorRT on the machine's first GPU.
     *
     * @param networks what may be loaded besides files that are compiled already
     * @param observer told what is compiled
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} with what the machine lacks: driver, GPU or TensorRT
     */
    public static TensorRtBackend open(
            Options options,
            Collection<EngineSpecification> networks,
            Map<String, String> environment,
            CompileObserver observer)
            throws ExecutorException {
        return new TensorRtBackend(new TrtRuntime(environment, options.workspace()), options, networks, observer);
    }

    @Override
    public String name() {
        return "tensorrt";
    }

    @Override
    public String version() {
        return runtime.version();
    }

    @Override
    public String device() {
        return runtime.device();
    }

    /** The GPU's compute capability, for example {@code 9.0}. */
    public String architecture() {
        return runtime.architecture();
    }

    /** The first of the networks that has no fitting engine, if there is one. */
    public Optional<String> uncompiled() throws ExecutorException {
        for (EngineSpecification specification : specifications.values()) {
            if (engines.find(specification).isEmpty()) {
                return Optional.of(specification.network());
            }
        }
        return Optional.empty();
    }

    /**
     * Compiles a network if no fitting engine is kept.
     *
     * @param force compile in any case
     */
    public Compiled compile(EngineSpecification specification, boolean force) throws ExecutorException {
        Optional<EngineCache.Entry> kept = force ? Optional.empty() : engines.find(specification);
        return kept.isPresent() ? new Compiled(kept.get(), false) : new Compiled(engines.renew(specification), true);
    }

    @Override
    public Memory memory() {
        return new Memory(runtime.freeMemory(), true);
    }

    @Override
    public Optional<Footprint> footprint(Path file) throws ExecutorException {
        EngineSpecification specification = specifications.get(file.toAbsolutePath());
        Optional<EngineCache.Entry> kept = specification == null ? Optional.empty() : engines.find(specification);
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        EngineCompiler.Figures figures = kept.get().figures();
        return Optional.of(new Footprint(figures.weights(), figures.activations(), figures.streamable()));
    }

    @Override
    public Network load(Path file) throws ExecutorException {
        return load(file, -1);
    }

    @Override
    public Network load(Path file, long weightBudget) throws ExecutorException {
        if (!Files.isRegularFile(file)) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE, "The network " + file + " is missing; restore the engine bundle.");
        }
        EngineSpecification specification = specifications.get(file.toAbsolutePath());
        if (specification == null && file.toString().endsWith(".onnx")) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The bundle of " + file + " does not say how TensorRT shall compile it; add \"tensorrt\" to its"
                            + " bundle.json, or choose the backend onnxruntime.");
        }
        Path plan = specification == null ? file : engines.engine(specification).plan();
        try {
            return new TensorRtNetwork(file, runtime.load(plan, weightBudget));
        } catch (DeviceMemoryException e) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "There is not enough memory on the GPU to load the network " + file + " ("
                            + runtime.freeMemory() / 1_000_000
                            + " MB are free); free some or use a larger GPU.",
                    e);
        } catch (EngineException | IOException e) {
            throw new ExecutorException(
                    specification == null ? ExitCode.BAD_BUNDLE : ExitCode.MACHINE_UNSUITABLE,
                    "The compiled network " + plan + " cannot be loaded by TensorRT " + version() + " on " + device()
                            + " (" + e.getMessage() + ")" + COMPILE_AGAIN,
                    e);
        }
    }

    @Override
    public void close() {
        runtime.close();
    }
}
