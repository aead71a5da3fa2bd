package io.jenkins.plugins.generatevideo.contract;

/** How the executor's process ends: the contract between the command line and whoever starts it. */
public enum ExitCode {
    DONE(0),
    /** The request is wrong: bad prompt, unknown mode, impossible size, malformed JSON. */
    BAD_REQUEST(2),
    /** The engine bundle is missing, damaged or not what it declares. */
    BAD_BUNDLE(3),
    /** The machine cannot run it: no GPU, too little memory, wrong driver. */
    MACHINE_UNSUITABLE(4),
    /** Generation failed although the request, the bundle and the machine were accepted. */
    FAILED(5),
    /** Two videos were compared and lie below the thresholds. */
    BELOW_THRESHOLD(6),
    /** Stopped by a signal or because the caller went away. */
    CANCELLED(130);

    private final int value;

    ExitCode(int value) {
        this.value = value;
    }

    public int value() {
        return value;
    }
}
