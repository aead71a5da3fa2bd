package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * An input or output of a compiled network.
 *
 * @param shape -1 for an axis of any extent
 * @param profiles for each optimisation profile the shapes an input may have; empty for outputs
 */
record TrtPort(String name, DataType type, long[] shape, List<ShapeRange> profiles) {
    TrtPort {
        profiles = List.copyOf(profiles);
    }
}
