package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Path;

/** What runs networks, behind DJL: ONNX Runtime on any machine, TensorRT on a GPU. */
public interface Backend extends AutoCloseable {
    /** {@code onnxruntime} or {@code tensorrt}. */
    String name();

    /** The version of the library that runs the networks, for example {@code 1.29.0}. */
    String version();

    /** Where it runs, for example {@code cpu (2 threads)} or the GPU's name. */
    String device();

    /**
     * Loads one network.
     *
     * @param file the network's file (ONNX)
     * @throws ExecutorException if the file cannot be loaded ({@code BAD_BUNDLE}) or does not fit ({@code
     *     MACHINE_UNSUITABLE})
     */
    Network load(Path file) throws ExecutorException;

    @Override
    void close();
}
