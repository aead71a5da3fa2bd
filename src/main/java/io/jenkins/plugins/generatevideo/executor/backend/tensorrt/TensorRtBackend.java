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
import java.util.function.Consumer;

/** Runs networks on the GPU with TensorRT behind DJL, and compiles them before if need be. */
public final class TensorRtBackend implements Backend {
    private static final String COMPILE_AGAIN = "; compile it again with \"bundle compile --force\".";

    private final TrtEngine engine;
    private final CompiledEngines engines;
    private final Map<Path, EngineSpecification> specifications = new LinkedHashMap<>();
    private final long weightBudget;

    /**
     * How networks are compiled and loaded.
     *
     * @param cache the folder that keeps compiled networks
     * @param timeLimit the longest that compiling one network may take
     * @param workspace the most GPU memory that one layer may use for itself, in bytes; 0 for no limit
     * @param weightBudget bytes of a network's weights that may lie on the GPU at once, for engines that were built to
     *     stream them; negative for all
     */
    public record Options(Path cache, Duration timeLimit, long workspace, long weightBudget) {
        /** Compiled networks in the user's cache, an hour for each, all memory. */
        public static Options standard(Path cache) {
            return new Options(cache.resolve("tensorrt"), Duration.ofHours(1), 0, -1);
        }

        public Options withTimeLimit(Duration limit) {
            return new Options(cache, limit, workspace, weightBudget);
        }
    }

    /**
     * @param networks what may be loaded besides files that are compiled already
     * @param messages told what is compiled
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} with what the machine lacks: driver, GPU or TensorRT
     */
    public TensorRtBackend(
            Options options,
            Collection<EngineSpecification> networks,
            Map<String, String> environment,
            Consumer<String> messages)
            throws ExecutorException {
        engine = TrtEngine.open(environment);
        networks.forEach(network -> specifications.put(network.file(), network));
        weightBudget = options.weightBudget();
        engines = new CompiledEngines(
                new EngineCache(options.cache()),
                new TrtCompiler(engine, options.workspace()),
                engine.getVersion(),
                engine.driver().architecture(),
                options.timeLimit(),
                messages);
    }

    @Override
    public String name() {
        return "tensorrt";
    }

    @Override
    public String version() {
        return engine.getVersion();
    }

    @Override
    public String device() {
        return engine.driver().name();
    }

    /** Bytes of the GPU's memory that are free. */
    public long freeMemory() {
        return engine.driver().freeMemory();
    }

    /**
     * Compiles a network if no fitting engine is kept.
     *
     * @param force compile in any case
     */
    public Path compile(EngineSpecification specification, boolean force) throws ExecutorException {
        return force ? engines.compile(specification) : engines.plan(specification);
    }

    @Override
    public Network load(Path file) throws ExecutorException {
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
        Path plan = specification == null ? file : engines.plan(specification);
        TrtModel model = (TrtModel) engine.newModel(file.getFileName().toString(), null);
        try {
            model.load(plan, null, Map.of(TrtModel.WEIGHT_BUDGET, weightBudget));
            return new TensorRtNetwork(file, model);
        } catch (DeviceMemoryException e) {
            model.close();
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "There is not enough memory on the GPU to load the network " + file + " ("
                            + engine.driver().freeMemory() / 1_000_000
                            + " MB are free); free some or use a larger GPU.",
                    e);
        } catch (EngineException | IOException e) {
            model.close();
            throw new ExecutorException(
                    specification == null ? ExitCode.BAD_BUNDLE : ExitCode.MACHINE_UNSUITABLE,
                    "The compiled network " + plan + " cannot be loaded by TensorRT " + version() + " on " + device()
                            + " (" + e.getMessage() + ")" + COMPILE_AGAIN,
                    e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
