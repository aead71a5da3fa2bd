package io.jenkins.plugins.generatevideo.step;

import hudson.FilePath;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * One thing that the executor shall do for a build: what it is told, and what becomes of its result. Saved in a running
 * Pipeline: plain fields only.
 *
 * @param <T> what comes out, for example a clip
 */
interface ExecutorTask<T extends Serializable> extends Serializable {
    /** What the log and the status call it. */
    String label();

    /** What the process reads on its standard input, one JSON object. */
    default String request(BuildContext build, ExecutorPlace place) throws IOException, InterruptedException {
        return "{}";
    }

    /** Options of its Java besides those of every process. */
    default List<String> javaOptions() {
        return List.of();
    }

    /**
     * Lays down on the agent what the process needs besides the request.
     *
     * @return the command's arguments
     * @throws hudson.AbortException with a sentence, if it cannot be done
     */
    List<String> prepare(BuildContext build, ExecutorPlace place) throws IOException, InterruptedException;

    /** Whether the process has done its work when it ends so. */
    default boolean isDone(int exitCode) {
        return exitCode == 0;
    }

    /** Takes what the process has made into the build. An agent is not trusted: check everything. */
    T takeIn(BuildContext build, FilePath output) throws IOException, InterruptedException;
}
