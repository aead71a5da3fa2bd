package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.EngineException;

/** The GPU's memory does not suffice. */
final class DeviceMemoryException extends EngineException {
    private static final long serialVersionUID = 1L;

    DeviceMemoryException(String message) {
        super(message);
    }
}
