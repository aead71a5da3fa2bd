package io.jenkins.plugins.generatevideo.executor.backend;

/**
 * How ONNX Runtime runs networks.
 *
 * @param threads the threads that share one operator's work, 1 or more
 * @param optimization how far the graph is rewritten while loading
 * @param memoryPattern whether the first run of a shape is remembered, so that the next allocates once
 * @param spinning whether threads without work burn a core while they wait for some; may help a little on an idle machine,
 *     but beside another job on the same two cores it doubled the processor time of a denoising step and made it five
 *     times as slow
 */
public record OnnxRuntimeOptions(int threads, Optimization optimization, boolean memoryPattern, boolean spinning) {
    /** The levels of ONNX Runtime's graph optimizer. */
    public enum Optimization {
        NONE,
        BASIC,
        EXTENDED,
        ALL
    }

    public OnnxRuntimeOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("the number of threads must be 1 or more, not " + threads);
        }
    }

    /**
     * One thread for each processor that this process may use, the whole optimizer (it costs 0.1 s of loading and saves a
     * tenth of every step, measured with networks of 6 million parameters), and no spinning, since agents run two
     * generations at a time.
     */
    public static OnnxRuntimeOptions standard() {
        return new OnnxRuntimeOptions(Runtime.getRuntime().availableProcessors(), Optimization.ALL, true, false);
    }

    public OnnxRuntimeOptions withThreads(int count) {
        return new OnnxRuntimeOptions(count, optimization, memoryPattern, spinning);
    }
}
