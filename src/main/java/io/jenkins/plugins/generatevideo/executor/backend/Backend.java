package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What runs networks, behind DJL: ONNX Runtime on any machine, TensorRT on a GPU. */
public interface Backend extends AutoCloseable {
    /**
     * The memory that networks run in.
     *
     * @param freeBytes what of it can be taken now
     * @param ofGpu whether it is a GPU's own, where nothing gives way
     */
    record Memory(long freeBytes, boolean ofGpu) {}

    /**
     * What the backend knows of a network's memory before it is loaded, in bytes.
     *
     * @param weights its weights
     * @param activations what it takes besides while it runs, at its largest shapes; negative where that is not known
     * @param streamable the part of its weights that can stay on the host while it runs, 0 if none can
     */
    record Footprint(long weights, long activations, long streamable) {}

    /** {@code onnxruntime} or {@code tensorrt}. */
    String name();

    /** The version of the library that runs the networks, for example {@code 1.29.0}. */
    String version();

    /** Where it runs, for example {@code cpu (2 threads)} or the GPU's name. */
    String device();

    /** The memory that networks run in. */
    default Memory memory() {
        return new Memory(Machine.availableMemory(), false);
    }

    /** What a network takes, as far as the backend has measured it. */
    default Optional<Footprint> footprint(Path file) throws ExecutorException {
        return Optional.empty();
    }

    /** What the user should know about why this backend runs, in whole sentences. */
    default List<String> remarks() {
        return List.of();
    }

    /** How many threads may {@linkplain #load load} at once, 1 or more. */
    default int loadsAtATime() {
        return 1;
    }

    /**
     * Loads one network of which not all weights may lie on the device at once.
     *
     * @param weightBudget the bytes that may; negative for all
     */
    default Network load(Path file, long weightBudget) throws ExecutorException {
        return load(file);
    }

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
