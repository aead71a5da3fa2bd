package io.jenkins.plugins.generatevideo.executor.backend;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the machine offers to run models on.
 *
 * @param java version and vendor of the Java runtime
 * @param operatingSystem name, version and architecture
 * @param processor the processor's model, or its architecture where the system does not tell
 * @param processors how many processors this process may use, limits of a container respected
 * @param memoryBytes memory of the machine, or of the container if that is limited
 * @param availableMemoryBytes what of it can be used now
 * @param nvidiaDriver the version of NVIDIA's driver, empty where there is none
 * @param gpus the GPUs that the driver knows
 * @param tensorRtLibraries TensorRT's libraries on the library path
 */
public record Machine(
        String java,
        String operatingSystem,
        String processor,
        int processors,
        long memoryBytes,
        long availableMemoryBytes,
        String nvidiaDriver,
        List<Gpu> gpus,
        List<Path> tensorRtLibraries) {
    /**
     * An NVIDIA GPU.
     *
     * @param memoryBytes 0 where it is not known
     * @param computeCapability for example {@code 9.0}, empty where it is not known
     */
    public record Gpu(String name, long memoryBytes, String computeCapability) {}

    public Machine {
        gpus = List.copyOf(gpus);
        tensorRtLibraries = List.copyOf(tensorRtLibraries);
    }

    /** Looks at this machine; takes a moment where {@code nvidia-smi} has to be asked. */
    public static Machine inspect() {
        return new MachineInspector(Path.of("/"), System.getenv()).inspect();
    }

    /** What of the machine's (or container's) memory can be used now, in bytes; quick, since it asks nothing else. */
    public static long availableMemory() {
        return new MachineInspector(Path.of("/"), System.getenv()).memory()[1];
    }

    /** Looks at the machine whose system files lie under {@code root}. */
    static Machine inspect(Path root, Map<String, String> environment) {
        return new MachineInspector(root, environment).inspect();
    }
}
