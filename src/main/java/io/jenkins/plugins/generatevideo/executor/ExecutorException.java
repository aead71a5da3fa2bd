package io.jenkins.plugins.generatevideo.executor;

import io.jenkins.plugins.generatevideo.contract.ExitCode;

/**
 * A failure that a user can act on: its message is one sentence that says what is wrong, where, and what to do; its exit
 * code says whose fault it is. Everything else that escapes to the command line is a defect.
 */
public class ExecutorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public ExecutorException(ExitCode exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    public ExecutorException(ExitCode exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
