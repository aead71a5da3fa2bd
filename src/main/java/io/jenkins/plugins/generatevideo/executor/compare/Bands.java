package io.jenkins.plugins.generatevideo.executor.compare;

import java.util.stream.IntStream;

/** Splits the rows of a picture among the processor's cores. */
final class Bands {
    /** Rows of one task: enough work to be worth a task, few enough for the smallest caches. */
    private static final int ROWS = 32;
    /** Fewer bands are done sooner than another thread wakes up. */
    private static final int FEWEST = 8;

    private Bands() {}

    /** Computes the rows from {@code first} (included) to {@code end} (excluded). */
    @FunctionalInterface
    interface Task {
        void compute(int first, int end);
    }

    /** Runs the task for all rows from 0 to {@code height}; it must not matter in which order. */
    static void forEach(int height, Task task) {
        int bands = (height + ROWS - 1) / ROWS;
        if (bands < FEWEST) {
            task.compute(0, height);
            return;
        }
        IntStream.range(0, bands)
                .parallel()
                .forEach(band -> task.compute(band * ROWS, Math.min(height, (band + 1) * ROWS)));
    }
}
