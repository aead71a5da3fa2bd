package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Path;

/** Compiles a network for the GPU at hand. */
@FunctionalInterface
interface EngineCompiler {
    /**
     * What TensorRT says of a compiled network, in bytes.
     *
     * @param weights all of its weights
     * @param activations what it takes besides its weights while it runs, at its largest shapes
     * @param streamable the part of its weights that can stay on the host, 0 for a network that was not compiled for that
     */
    record Figures(long weights, long activations, long streamable) {}

    /**
     * @param plan where the compiled network is written
     * @param timings where timings of kernels are read from, if the file is there, and written to
     * @return what the compiled network takes of the GPU's memory
     */
    Figures compile(EngineSpecification specification, Path plan, Path timings) throws ExecutorException, IOException;
}
