package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.util.Map;
import org.bytedeco.tensorrt.global.nvinfer;

/**
 * What this machine has of what TensorRT takes.
 *
 * @param folder where TensorRT's libraries lie, empty where there are none
 * @param version of the libraries, empty where they do not load
 * @param device the GPU's name, empty where there is none that can be used
 * @param architecture the GPU's compute capability
 * @param memoryBytes the GPU's memory
 * @param freeMemoryBytes what of it is free
 * @param problem why networks cannot run there, in one sentence; empty if they can
 */
public record TensorRtStatus(
        String folder,
        String version,
        String device,
        String architecture,
        long memoryBytes,
        long freeMemoryBytes,
        String problem) {
    /** Whether the backend {@code tensorrt} can be opened. */
    @JsonProperty
    public boolean usable() {
        return problem.isEmpty();
    }

    /** Looks; loads TensorRT if it is there, which takes a second. */
    public static TensorRtStatus look(Map<String, String> environment) {
        String folder = "";
        String version = "";
        String problem = "";
        try {
            folder = TensorRtLibraries.find(environment).toString();
            TensorRtLibraries.load(environment);
            version = TrtEngine.version(nvinfer.getInferLibVersion());
        } catch (ExecutorException e) {
            problem = e.getMessage();
        }
        try {
            CudaDriver driver = CudaDriver.open();
            return new TensorRtStatus(
                    folder,
                    version,
                    driver.name(),
                    driver.architecture(),
                    driver.totalMemory(),
                    driver.freeMemory(),
                    problem);
        } catch (ExecutorException e) {
            // without a GPU the libraries are of no use, so this comes first
            return new TensorRtStatus(folder, version, "", "", 0, 0, e.getMessage());
        }
    }
}
