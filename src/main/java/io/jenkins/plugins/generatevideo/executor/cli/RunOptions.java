package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.executor.Cancellation;
import picocli.CommandLine.Option;

/** How a long command shows its progress, and when it stops by itself. */
final class RunOptions {
    @Option(
            names = "--progress",
            paramLabel = "P",
            defaultValue = "auto",
            description = "bar, json (one object a line), none, or auto (default): bar in a terminal, else json.")
    private ProgressReporter.Style progress;

    @Option(
            names = "--stop-at-end-of-input",
            description = "Cancel when standard input ends, as it does when the caller dies.")
    private boolean stopAtEndOfInput;

    ProgressReporter.Style progress() {
        return progress;
    }

    /** Cancels at the end of standard input, if the caller asked for that. */
    void watchInput(Cancellation cancellation) {
        if (stopAtEndOfInput) {
            cancellation.watch(System.in);
        }
    }
}
