package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;

/** This machine has no NVIDIA driver at all, so that nobody expects a GPU to be used. */
public final class NoGpuException extends ExecutorException {
    private static final long serialVersionUID = 1L;

    public NoGpuException(String message, Throwable cause) {
        super(ExitCode.MACHINE_UNSUITABLE, message, cause);
    }
}
