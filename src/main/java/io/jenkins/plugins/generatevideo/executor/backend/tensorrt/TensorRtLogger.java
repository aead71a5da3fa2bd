package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import ai.djl.engine.EngineException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import org.bytedeco.tensorrt.nvinfer.ILogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears what TensorRT says, and puts its errors into exceptions. */
final class TensorRtLogger extends ILogger {
    private static final Logger LOGGER = LoggerFactory.getLogger(TensorRtLogger.class);
    private static final int REMEMBERED = 5;

    private final Deque<String> errors = new ArrayDeque<>();

    /** Called by TensorRT, from any thread. */
    @Override
    public void log(Severity severity, String message) {
        if (severity.value > Severity.kERROR.value) {
            LOGGER.debug("{}", message);
            return;
        }
        synchronized (errors) {
            errors.addLast(message);
            if (errors.size() > REMEMBERED) {
                errors.removeFirst();
            }
        }
    }

    /** What failed, with TensorRT's own words about it, which are forgotten with that. */
    EngineException failure(String what) {
        synchronized (errors) {
            String words = errors.isEmpty() ? "TensorRT does not say why" : String.join("; ", errors);
            errors.clear();
            boolean memory = words.contains("OutOfMemory")
                    || words.toLowerCase(Locale.ROOT).contains("out of memory");
            String message = what + ": " + words;
            return memory ? new DeviceMemoryException(message) : new EngineException(message);
        }
    }
}
