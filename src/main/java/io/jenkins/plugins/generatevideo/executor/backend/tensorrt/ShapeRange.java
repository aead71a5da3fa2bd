package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import java.util.List;

/** The shapes that an input is compiled for: the smallest, the one that shall be fastest, and the largest. */
public record ShapeRange(List<Long> min, List<Long> opt, List<Long> max) {
    public ShapeRange {
        min = List.copyOf(min);
        opt = List.copyOf(opt);
        max = List.copyOf(max);
        if (min.size() != opt.size() || opt.size() != max.size()) {
            throw new IllegalArgumentException("the shapes of a range differ in length: " + min + opt + max);
        }
    }

    /** Whether a shape lies between the smallest and the largest on every axis. */
    boolean contains(long[] shape) {
        boolean inside = shape.length == min.size();
        for (int axis = 0; inside && axis < shape.length; axis++) {
            inside = min.get(axis) <= shape[axis] && shape[axis] <= max.get(axis);
        }
        return inside;
    }

    @Override
    public String toString() {
        return min + " to " + max;
    }
}
