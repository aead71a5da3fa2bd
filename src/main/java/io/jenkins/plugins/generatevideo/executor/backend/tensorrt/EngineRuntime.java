package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.SymbolBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What compiles networks for one GPU and runs them there, behind DJL: TensorRT, or in tests what stands in for it. */
interface EngineRuntime extends EngineCompiler, AutoCloseable {
    /** TensorRT's version, for example {@code 10.15.1}. */
    String version();

    /** The GPU's name. */
    String device();

    /** The GPU's compute capability, for example {@code 9.0}. */
    String architecture();

    /** Bytes of the GPU's memory that are free. */
    long freeMemory();

    /**
     * Loads a compiled network.
     *
     * @param weightBudget bytes of its weights that may lie on the GPU at once, for engines that can stream them; negative
     *     for all
     * @throws EngineException with TensorRT's words, for example for another GPU architecture or TensorRT version
     */
    LoadedEngine load(Path plan, long weightBudget) throws IOException;

    @Override
    void close();

    /** A compiled network as DJL sees it, with the types and shapes of its ports. */
    interface LoadedEngine extends AutoCloseable {
        List<TrtPort> inputs();

        List<TrtPort> outputs();

        /** Owns the network; arrays live in managers below it. */
        NDManager manager();

        SymbolBlock block();

        @Override
        void close();
    }
}
