package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;

/** Sees networks being compiled, and can end it. */
public interface CompileObserver {
    /** Something that the user should know, in a whole sentence. */
    void said(String sentence);

    /**
     * A network is being compiled; called about once a second.
     *
     * @throws ExecutorException to stop here, {@code CANCELLED} for a user's wish
     */
    default void compiling(String network) throws ExecutorException {}
}
