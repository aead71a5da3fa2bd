package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.ndarray.types.DataType;
import java.util.List;

/**
 * An input or output of a compiled network.
 *
 * @param type how its numbers are stored; {@code UINT8} where they are 8-bit floats, which DJL has no type for
 * @param float8 whether its numbers are 8-bit floats, see {@link Float8}
 * @param shape -1 for an axis of any extent
 * @param profiles for each optimisation profile the shapes an input may have; empty for outputs
 */
record TrtPort(String name, DataType type, boolean float8, long[] shape, List<ShapeRange> profiles) {
    TrtPort {
        profiles = List.copyOf(profiles);
    }
}
