package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.CompileObserver;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the backend that a request names. For {@code auto} that is TensorRT on a machine with a GPU where all of the
 * bundle's networks are compiled, and ONNX Runtime anywhere else; where there is a GPU, the backend has a remark on why it is
 * not used.
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
            case "auto":
                return networks.isEmpty()
                        ? new OnnxRuntimeBackend(onnxRuntime)
                        : automatic(onnxRuntime, () -> TensorRtBackend.open(tensorRt, networks, environment, observer));
            case "onnxruntime":
                return new OnnxRuntimeBackend(onnxRuntime);
            case "tensorrt":
                return TensorRtBackend.open(tensorRt, networks, environment, observer);
            default:
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "There is no backend \"" + name + "\"; choose auto, tensorrt or onnxruntime.");
        }
    }

    /** Opens TensorRT. */
    interface Accelerator {
        TensorRtBackend open() throws ExecutorException;
    }

    static Backend automatic(OnnxRuntimeOptions onnxRuntime, Accelerator accelerator) throws ExecutorException {
        String reason;
        try {
            TensorRtBackend tensorRt = accelerator.open();
            Optional<String> missing = tensorRt.uncompiled();
            if (missing.isEmpty()) {
                return tensorRt;
            }
            reason = "its network " + missing.get() + " is not compiled for " + tensorRt.device()
                    + "; \"bundle compile\" does that";
            tensorRt.close();
        } catch (NoGpuException e) {
            return new OnnxRuntimeBackend(onnxRuntime);
        } catch (ExecutorException e) {
            reason = e.getMessage();
        }
        return new OnnxRuntimeBackend(
                onnxRuntime, List.of("The clip was made on the processor although there is a GPU: " + reason));
    }
}
