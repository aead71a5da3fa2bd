package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** Opens the backend that a request names, or for {@code auto} the quickest that this machine has. */
public final class Backends {
    private Backends() {}

    /**
     * @param wanted {@code auto}, {@code tensorrt}, {@code onnxruntime}, or null for {@code auto}
     * @param networks what TensorRT may compile; with none of them {@code auto} takes ONNX Runtime
     * @param messages told, in whole sentences, what is compiled and why a GPU is not used
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} with what the machine lacks for the backend that was named
     */
    public static Backend open(
            String wanted,
            OnnxRuntimeOptions onnxRuntime,
            TensorRtBackend.Options tensorRt,
            Collection<EngineSpecification> networks,
            Map<String, String> environment,
            Consumer<String> messages)
            throws ExecutorException {
        NativeLibraries.prepare();
        String name = wanted == null ? "auto" : wanted;
        switch (name) {
            case "onnxruntime":
                return new OnnxRuntimeBackend(onnxRuntime);
            case "tensorrt":
                return new TensorRtBackend(tensorRt, networks, environment, messages);
            case "auto":
                break;
            default:
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "There is no backend \"" + name + "\"; choose auto, tensorrt or onnxruntime.");
        }
        if (!networks.isEmpty() && hasGpu()) {
            try {
                return new TensorRtBackend(tensorRt, networks, environment, messages);
            } catch (ExecutorException e) {
                // whoever has a GPU wants to know why it idles
                messages.accept("Using ONNX Runtime, not the GPU: " + e.getMessage());
            }
        }
        return new OnnxRuntimeBackend(onnxRuntime);
    }

    /** Whether there is a device that NVIDIA's driver made; of Linux proper or of the one inside Windows. */
    private static boolean hasGpu() {
        return Files.exists(Path.of("/dev/nvidiactl")) || Files.exists(Path.of("/dev/dxg"));
    }
}
