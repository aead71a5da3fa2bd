package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;

/** Learns how far a comparison is, and may end it. */
public interface ComparisonObserver {
    /** Whom nobody tells anything. */
    ComparisonObserver NONE = (clip, number, clips, frames) -> {};

    /**
     * Called before each clip and after each pair of frames.
     *
     * @param clip its name
     * @param number of the clip, from 1
     * @param clips how many there are
     * @param frames pairs of this clip so far
     * @throws ExecutorException {@code CANCELLED} to end the comparison; unfinished files are removed
     */
    void compared(String clip, int number, int clips, long frames) throws ExecutorException;
}
