package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Path;

/** Compiles a network for the GPU at hand. */
@FunctionalInterface
interface EngineCompiler {
    /**
     * @param plan where the compiled network is written
     * @param timings where timings of kernels are read from, if the file is there, and written to
     * @return bytes of the GPU's memory that the compiled network takes while it runs, besides its weights, at its largest
     *     shapes
     */
    long compile(EngineSpecification specification, Path plan, Path timings) throws ExecutorException, IOException;
}
