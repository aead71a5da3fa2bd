package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.Progress.Stage;

/** Estimates how long a generation still takes, from the pace of its denoising steps. */
final class TimeLeft {
    // Decoding and encoding together take about as long as this many steps; until they come, nothing better is known.
    private static final double STEPS_AFTER_DENOISING = 4;

    private Stage stage = Stage.LOAD;
    private long stageStart;
    private double perStep;
    private double remainingSteps = -1;
    private long estimatedAt;

    void update(Stage now, int step, int steps) {
        long time = System.nanoTime();
        if (now != stage) {
            stage = now;
            stageStart = time;
        }
        if (now == Stage.DENOISE && step > 0) {
            perStep = (time - stageStart) / 1e9 / step;
            remainingSteps = steps - step + STEPS_AFTER_DENOISING;
        } else if (now == Stage.DECODE) {
            remainingSteps = STEPS_AFTER_DENOISING;
        } else if (now == Stage.ENCODE_VIDEO) {
            remainingSteps = STEPS_AFTER_DENOISING / 4 * (steps - step) / steps;
        } else if (now == Stage.DONE) {
            remainingSteps = 0;
        }
        estimatedAt = time;
    }

    /** Seconds to the end, or null while there is no telling. */
    Double seconds() {
        if (remainingSteps < 0 || perStep == 0) {
            return null;
        }
        return Math.max(0, remainingSteps * perStep - (System.nanoTime() - estimatedAt) / 1e9);
    }
}
