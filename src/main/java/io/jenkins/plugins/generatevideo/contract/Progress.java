package io.jenkins.plugins.generatevideo.contract;

/**
 * How far a run is: one JSON object a line on the executor's standard output.
 *
 * @param stage what happens now
 * @param step the step that is done, 1 to {@code steps}; 0 before the first
 * @param steps how many steps the stage has, 1 or more
 * @param secondsLeft an estimate for the whole run, or null while there is none
 */
public record Progress(Stage stage, int step, int steps, Double secondsLeft) {
    /** The stages of a run, in their order; their names in the progress stream are in lower case. */
    public enum Stage {
        /** Another generation on this machine must end first. */
        WAIT,
        /** Libraries are downloaded; a step is a megabyte. */
        FETCH,
        /** TensorRT compiles networks for the GPU at hand; a step is a network. */
        COMPILE,
        LOAD,
        ENCODE_TEXT,
        DENOISE,
        DECODE,
        ENCODE_VIDEO,
        /** Of a comparison the only one; its steps are clips. */
        COMPARE,
        DONE;

        /** For example {@code encode-text}. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    public Progress {
        if (steps < 1 || step < 0 || step > steps) {
            throw new IllegalArgumentException("step " + step + " of " + steps + " is no progress");
        }
    }

    /** The share of the stage that is done, 0 to 1. */
    public double share() {
        return (double) step / steps;
    }
}
