package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.BaseModel;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loads a network compiled by TensorRT: {@code NAME.plan} or {@code NAME.engine}, or such a file itself. */
final class TrtModel extends BaseModel implements EngineRuntime.LoadedEngine {
    /** Option: how many bytes of weights may lie on the GPU at once, for an engine that can stream them. */
    static final String WEIGHT_BUDGET = "weightStreamingBudget";

    TrtModel(String name, NDManager manager) {
        super(name);
        this.manager = manager;
        manager.setName("TrtModel");
        dataType = DataType.FLOAT32;
    }

    @Override
    public void load(Path path, String prefix, Map<String, ?> options) throws IOException {
        setModelDir(path);
        wasLoaded = true;
        String name = prefix == null ? modelName : prefix;
        Path file = List.of(
                        path,
                        modelDir.resolve(name),
                        modelDir.resolve(name + ".plan"),
                        modelDir.resolve(name + ".engine"))
                .stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new FileNotFoundException("there is no compiled network " + name + " in " + path));
        Object budget = options == null ? null : options.get(WEIGHT_BUDGET);
        TrtNDManager trt = (TrtNDManager) manager;
        TrtSession session = TrtSession.open(
                (TrtEngine) trt.getEngine(), file, budget == null ? -1 : Long.parseLong(budget.toString()));
        block = new TrtSymbolBlock(session, trt);
    }

    @Override
    public List<TrtPort> inputs() {
        return block().session().inputs();
    }

    @Override
    public List<TrtPort> outputs() {
        return block().session().outputs();
    }

    @Override
    public NDManager manager() {
        return manager;
    }

    @Override
    public TrtSymbolBlock block() {
        return (TrtSymbolBlock) block;
    }

    @Override
    public void close() {
        if (block instanceof TrtSymbolBlock symbols) {
            symbols.close();
            block = null;
        }
        super.close();
    }
}
