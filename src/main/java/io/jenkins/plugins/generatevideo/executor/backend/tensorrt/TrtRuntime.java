package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** TensorRT 10 on the machine's first GPU. */
final class TrtRuntime implements EngineRuntime {
    private final TrtEngine engine;
    private final TrtCompiler compiler;

    /**
     * @param workspace the most GPU memory that one layer may use for itself, in bytes; 0 for no limit
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} with what the machine lacks: driver, GPU or TensorRT
     */
    TrtRuntime(Map<String, String> environment, long workspace) throws ExecutorException {
        engine = TrtEngine.open(environment);
        compiler = new TrtCompiler(engine, workspace);
    }

    @Override
    public String version() {
        return engine.getVersion();
    }

    @Override
    public String device() {
        return engine.driver().name();
    }

    @Override
    public String architecture() {
        return engine.driver().architecture();
    }

    @Override
    public long freeMemory() {
        return engine.driver().freeMemory() + engine.memory().reusableBytes();
    }

    @Override
    public Figures compile(EngineSpecification specification, Path plan, Path timings)
            throws ExecutorException, IOException {
        return compiler.compile(specification, plan, timings);
    }

    @Override
    public LoadedEngine load(Path plan, long weightBudget) throws IOException {
        // TensorRT takes a network's memory from the driver: what lies idle here may be what it lacks
        engine.memory().close();
        TrtModel model = (TrtModel) engine.newModel(plan.getFileName().toString(), null);
        boolean good = false;
        try {
            model.load(plan, null, Map.of(TrtModel.WEIGHT_BUDGET, weightBudget));
            good = true;
            return model;
        } finally {
            if (!good) {
                model.close();
            }
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
