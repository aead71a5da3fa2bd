package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import com.sun.jna.NativeLibrary;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.global.nvonnxparser;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.IBuilderConfig;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IExecutionContext;
import org.bytedeco.tensorrt.nvinfer.IHostMemory;
import org.bytedeco.tensorrt.nvinfer.ILayer;
import org.bytedeco.tensorrt.nvinfer.ILogger;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IOptimizationProfile;
import org.bytedeco.tensorrt.nvinfer.IRuntime;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvinfer.ITimingCache;
import org.bytedeco.tensorrt.nvonnxparser.IParser;
import org.bytedeco.tensorrt.nvonnxparser.IParserError;

/**
 * Loads TensorRT and the Java binding to it.
 *
 * <p>JavaCPP's own loader would load cuBLAS, cuDNN and NVRTC first, because the presets inherit from theirs, although
 * neither TensorRT nor its binding is linked to any of them. So it is told to load nothing while the binding's classes are
 * initialised, and the libraries are loaded here by their names: the driver and TensorRT suffice.
 */
final class TensorRtLibraries {
    /** Names the folder with TensorRT's libraries; without it they are looked for where libraries lie. */
    static final String FOLDER = "GENERATE_VIDEO_TENSORRT";

    /** The classes of the binding that are used here. One that is missing would load CUDA's libraries on its first use. */
    static final List<Class<?>> CLASSES = List.of(
            CUstream_st.class,
            Dims64.class,
            IBuilder.class,
            IBuilderConfig.class,
            ICudaEngine.class,
            IExecutionContext.class,
            IHostMemory.class,
            ILayer.class,
            ILogger.class,
            ILogger.Severity.class,
            INetworkDefinition.class,
            IOptimizationProfile.class,
            IParser.class,
            IParserError.class,
            IRuntime.class,
            ITensor.class,
            ITimingCache.class,
            nvinfer.class,
            nvinfer.BuilderFlag.class,
            nvinfer.DataType.class,
            nvinfer.EngineStat.class,
            nvinfer.ExecutionContextAllocationStrategy.class,
            nvinfer.LayerType.class,
            nvinfer.MemoryPoolType.class,
            nvinfer.NetworkDefinitionCreationFlag.class,
            nvinfer.OptProfileSelector.class,
            nvinfer.TensorIOMode.class,
            nvonnxparser.class);

    private static final String LOAD_LIBRARIES = "org.bytedeco.javacpp.loadlibraries";
    private static final String BINDING = "/org/bytedeco/tensorrt/linux-x86_64/";
    private static final String INFERENCE = "libnvinfer.so.10";
    private static final String OLDER_INFERENCE = "libnvinfer.so.8";
    private static final String REMEDY =
            "run \"generate-video doctor --fetch-tensorrt\", name the folder of TensorRT 10.15" + " in " + FOLDER
                    + ", or choose the backend onnxruntime.";
    // 10.15.0
    private static final int LEAST_VERSION = 101500;
    private static final String PARSER = "libnvonnxparser.so.10";
    private static final List<String> SYSTEM_FOLDERS = List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/usr/local/lib",
            "/usr/local/tensorrt/lib",
            "/opt/tensorrt/lib");

    private TensorRtLibraries() {}

    /**
     * Loads the libraries; does nothing where they are loaded.
     *
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} where TensorRT 10 is not there or cannot be loaded
     */
    static synchronized void load(Map<String, String> environment) throws ExecutorException {
        Path folder = find(environment);
        checkVersion(folder, version(folder));
        try {
            for (Path library : libraries(folder)) {
                System.load(library.toString());
            }
            Loader.load(org.bytedeco.javacpp.presets.javacpp.class);
            String before = System.getProperty(LOAD_LIBRARIES, "true");
            System.setProperty(LOAD_LIBRARIES, "false");
            try {
                for (String binding : List.of("libjninvinfer.so", "libjninvonnxparser.so")) {
                    File file = Loader.cacheResource(TensorRtLibraries.class, BINDING + binding);
                    if (file == null) {
                        throw new IOException("the executor has no " + binding);
                    }
                    System.load(file.getAbsolutePath());
                }
                for (Class<?> type : CLASSES) {
                    Class.forName(type.getName(), true, type.getClassLoader());
                }
            } finally {
                System.setProperty(LOAD_LIBRARIES, before);
            }
        } catch (IOException | ClassNotFoundException | LinkageError e) {
            throw unloadable(folder, e);
        }
    }

    /** The version of the library in a folder, as TensorRT gives it: 101501 for 10.15.1. */
    static int version(Path folder) throws ExecutorException {
        try {
            return NativeLibrary.getInstance(folder.resolve(INFERENCE).toString())
                    .getFunction("getInferLibVersion")
                    .invokeInt(new Object[0]);
        } catch (LinkageError e) {
            throw unloadable(folder, e);
        }
    }

    /**
     * The binding calls what an older TensorRT does not have, which would end the process; a newer one of the same major
     * version has it all.
     */
    static void checkVersion(Path folder, int version) throws ExecutorException {
        if (version < LEAST_VERSION) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "TensorRT " + TrtEngine.version(version) + " in " + folder
                            + " is too old, 10.15 or newer is needed; " + REMEDY);
        }
    }

    private static ExecutorException unloadable(Path folder, Throwable e) {
        return new ExecutorException(
                ExitCode.MACHINE_UNSUITABLE,
                "TensorRT in " + folder + " cannot be loaded (" + e.getMessage() + "); " + REMEDY,
                e);
    }

    /** The folder that holds TensorRT's library. */
    static Path find(Map<String, String> environment) throws ExecutorException {
        String own = environment.getOrDefault(FOLDER, "");
        List<String> folders = new ArrayList<>();
        if (own.isBlank()) {
            folders.add(TensorRtFetch.folder(NativeLibraries.cacheFolder(environment))
                    .toString());
            folders.addAll(
                    List.of(environment.getOrDefault("LD_LIBRARY_PATH", "").split(File.pathSeparator)));
            folders.addAll(SYSTEM_FOLDERS);
        } else {
            folders.add(own);
        }
        for (String folder : folders) {
            if (!folder.isBlank() && Files.exists(Path.of(folder, INFERENCE))) {
                return Path.of(folder).toAbsolutePath();
            }
        }
        String where = own.isBlank() ? "LD_LIBRARY_PATH or the system's folders" : own;
        boolean older = folders.stream()
                .anyMatch(folder -> !folder.isBlank() && Files.exists(Path.of(folder, OLDER_INFERENCE)));
        throw new ExecutorException(
                ExitCode.MACHINE_UNSUITABLE,
                (older ? "TensorRT 8 is on this machine, but 10 is needed" : "TensorRT 10 is not on this machine")
                        + " (no " + INFERENCE + " in " + where + "); " + REMEDY);
    }

    /** In the order of loading: TensorRT looks for the builder's resources by name, and finds what is loaded. */
    private static List<Path> libraries(Path folder) throws IOException {
        List<Path> libraries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file ->
                            file.getFileName().toString().matches("libnvinfer_builder_resource_ptx\\.so\\.10\\..*"))
                    .sorted()
                    .forEach(libraries::add);
        }
        libraries.add(folder.resolve(INFERENCE));
        libraries.add(folder.resolve(PARSER));
        return libraries;
    }
}
