package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.util.List;
import java.util.Map;

/** One loaded network of a bundle. Not safe for use from several threads at once. */
public interface Network extends AutoCloseable {
    /** What an input or output is called, and its shape with -1 for an axis of any extent. */
    record Port(String name, String type, long[] shape) {}

    List<Port> inputs();

    List<Port> outputs();

    /**
     * Runs the network once.
     *
     * @param inputs a tensor for each of {@link #inputs()}, by name
     * @return a tensor for each of {@link #outputs()}, by name; integers and half floats come back as floats
     * @throws ExecutorException when the backend refuses or fails
     */
    Map<String, FloatTensor> run(Map<String, Tensor> inputs) throws ExecutorException;

    @Override
    void close();
}
