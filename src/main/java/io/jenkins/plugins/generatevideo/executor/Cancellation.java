package io.jenkins.plugins.generatevideo.executor;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * Ends a run early: by SIGINT or SIGTERM, or because the caller went away. The run notices at its next step; if a step takes
 * longer than the process has, the unfinished files are removed and the process ends all the same.
 */
public final class Cancellation {
    // Two seconds are promised; the rest is for removing files.
    private static final long PATIENCE_MILLISECONDS = 1500;

    private static final String TOLD_TO_STOP = "the process was told to stop";

    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String reason;
    private volatile Runnable cleanup = () -> {};

    /**
     * Begins to listen for SIGINT and SIGTERM. By itself the virtual machine would begin to shut down, and ONNX Runtime would
     * take its environment away from networks that are being loaded, which ends in a crash.
     */
    public void listen() {
        for (String name : List.of("INT", "TERM")) {
            try {
                Signal.handle(new Signal(name), signal -> cancel(TOLD_TO_STOP));
            } catch (IllegalArgumentException e) {
                LoggerFactory.getLogger(Cancellation.class).debug("SIG{} is left to the virtual machine", name, e);
            }
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "cancellation"));
    }

    /** Cancels when {@code input} ends, as it does when the caller's process dies. */
    public void watch(InputStream input) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (input.read() >= 0) {
                            // What else the caller sends has no meaning.
                        }
                    } catch (IOException e) {
                        // A broken pipe is an ended one.
                    }
                    cancel("the caller closed its end of the pipe");
                },
                "caller-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** What removes the unfinished files if the run does not come to it itself. */
    public void onEmergency(Runnable action) {
        cleanup = action;
    }

    /** Asks the run to end, and sees to it. */
    public void cancel(String why) {
        if (ended.getCount() == 0 || reason != null) {
            return;
        }
        reason = why;
        Thread enforcer = new Thread(
                () -> {
                    // A run that ends by itself ends the process, too.
                    if (!endedInTime()) {
                        halt();
                    }
                },
                "cancellation-enforcer");
        enforcer.setDaemon(true);
        enforcer.start();
    }

    /** @throws ExecutorException {@code CANCELLED} if the run shall end */
    public void check() throws ExecutorException {
        if (reason != null) {
            throw new ExecutorException(
                    ExitCode.CANCELLED,
                    "Cancelled because " + reason + "; nothing new was written, what stood there stays.");
        }
    }

    /** The run has ended by itself; from now on a signal changes nothing. */
    public void runEnded() {
        ended.countDown();
    }

    private void shutDown() {
        if (ended.getCount() == 0) {
            return;
        }
        if (reason == null) {
            reason = TOLD_TO_STOP;
        }
        endedInTime();
        halt();
    }

    /** Waits for the run to end; removes its files where it does not. */
    private boolean endedInTime() {
        try {
            if (ended.await(PATIENCE_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cleanup.run();
        return false;
    }

    private static void halt() {
        Runtime.getRuntime().halt(ExitCode.CANCELLED.value());
    }
}
