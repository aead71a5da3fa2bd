package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.CompileObserver;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import java.util.Collection;
import java.util.Map;

/**
 * Opens the backend that a request names. For {@code auto} that is ONNX Runtime: TensorRT must be asked for by name until it
 * has been seen running on a GPU.
 */
public final class Backends {
    private Backends() {}

    /**
     * @param wanted {@code auto}, {@code tensorrt}, {@code onnxruntime}, or null for {@code auto}
     * @param networks what TensorRT may compile
     * @param observer told what is compiled
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} with what the machine lacks for the backend that was named
     */
    public static Backend open(
            String wanted,
            OnnxRuntimeOptions onnxRuntime,
            TensorRtBackend.Options tensorRt,
            Collection<EngineSpecification> networks,
            Map<String, String> environment,
            CompileObserver observer)
            throws ExecutorException {
        NativeLibraries.prepare();
        String name = wanted == null ? "auto" : wanted;
        switch (name) {
            case "auto", "onnxruntime":
                return new OnnxRuntimeBackend(onnxRuntime);
            case "tensorrt":
                return TensorRtBackend.open(tensorRt, networks, environment, observer);
            default:
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "There is no backend \"" + name + "\"; choose auto, tensorrt or onnxruntime.");
        }
    }
}
