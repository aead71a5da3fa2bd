package io.jenkins.plugins.generatevideo.executor.backend;

import com.sun.jna.NativeLibrary;
import io.jenkins.plugins.generatevideo.executor.files.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles, before the first use of DJL, where native libraries lie and that DJL never reaches for the network.
 *
 * <p>ONNX Runtime by itself unpacks its library into a new temporary folder at every start. Here it is unpacked once for
 * each version into a folder of the user's cache, {@code GENERATE_VIDEO_CACHE} or {@code ~/.cache/generate-video}, and
 * loaded from there afterwards. Two processes that start at once each unpack under a name of their own; the first to
 * rename wins, the other uses what it finds. Where no such folder can be written, a temporary one serves this process.
 */
public final class NativeLibraries {
    private static final String ONNX_RUNTIME_PATH = "onnxruntime.native.path";
    private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

    private NativeLibraries() {}

    /** Prepares DJL, ONNX Runtime and the tokenizers; cheap when it was done before. */
    public static synchronized void prepare() {
        // DJL reports at info level what it finds on the class path; standard error is the user's
        setUnlessSet("org.slf4j.simpleLogger.log.ai.djl", "warn");
        // that this ONNX Runtime has no CUDA is no news: on a GPU, TensorRT runs the networks
        setUnlessSet("org.slf4j.simpleLogger.log.ai.djl.onnxruntime.engine.OrtEngine", "error");
        setUnlessSet("org.slf4j.simpleLogger.log.ai.djl.util.cuda.CudaUtils", "error");
        // https://docs.djl.ai/master/docs/telemetry.html: no usage report, no download
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        letOnnxRuntimeReportNothing();
        setUnlessSet("ai.djl.default_engine", "OnnxRuntime");
        setUnlessSet("ai.djl.onnx.disable_alternative", "true");
        // every session has threads of its own, so the pool that DJL asks for in the environment stays empty
        setUnlessSet("ai.djl.onnxruntime.num_threads", "1");
        setUnlessSet("ai.djl.onnxruntime.num_interop_threads", "1");

        if (System.getProperty(ONNX_RUNTIME_PATH) != null) {
            return;
        }
        try {
            Path cache = usableCacheFolder(cacheFolder());
            if (System.getenv("ENGINE_CACHE_DIR") == null) {
                setUnlessSet("ENGINE_CACHE_DIR", cache.resolve("djl").toString());
            }
            Path folder = unpackOnnxRuntime(cache);
            if (folder != null) {
                System.setProperty(ONNX_RUNTIME_PATH, folder.toString());
            }
        } catch (IOException e) {
            Logger logger = LoggerFactory.getLogger(NativeLibraries.class);
            logger.debug("native libraries cannot be kept, they are unpacked at every start", e);
        }
    }

    /**
     * From 1.29 on, ONNX Runtime sends to its makers which models it runs and how, keeps an identifier of the user for that,
     * and only looks at the process's environment whether it may. Whoever starts the executor sets the variable; else it is
     * set here, before the library looks.
     */
    private static void letOnnxRuntimeReportNothing() {
        if (System.getenv(NO_TELEMETRY) == null) {
            try {
                NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {NO_TELEMETRY, "1", 1});
            } catch (LinkageError e) {
                // JNA itself cannot be loaded, whether this is the first to ask for it or not
                LoggerFactory.getLogger(NativeLibraries.class).debug("{} cannot be set", NO_TELEMETRY, e);
            }
        }
    }

    /** The cache if it can be written, else a folder for this process alone, which goes away with it. */
    private static Path usableCacheFolder(Path cache) throws IOException {
        try {
            Files.createDirectories(cache);
            if (Files.isWritable(cache)) {
                return cache;
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(NativeLibraries.class).debug("{} cannot be used", cache, e);
        }
        Path own = Files.createTempDirectory("generate-video-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Folders.delete(own);
            } catch (IOException e) {
                LoggerFactory.getLogger(NativeLibraries.class).debug("{} stays", own, e);
            }
        }));
        return own;
    }

    /**
     * The folder for what outlives processes: {@code GENERATE_VIDEO_CACHE}, or {@code generate-video} in {@code
     * XDG_CACHE_HOME} or in {@code ~/.cache}. It need not exist.
     */
    public static Path cacheFolder() {
        return cacheFolder(System.getenv());
    }

    /** The same in another environment. */
    public static Path cacheFolder(Map<String, String> environment) {
        return cacheFolder(environment, System.getProperty("user.home"));
    }

    static Path cacheFolder(Map<String, String> environment, String home) {
        String own = environment.get("GENERATE_VIDEO_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own).toAbsolutePath();
        }
        String shared = environment.get("XDG_CACHE_HOME");
        Path parent = shared != null && !shared.isBlank() ? Path.of(shared) : Path.of(home, ".cache");
        return parent.resolve("generate-video").toAbsolutePath();
    }

    /** @return the folder with both libraries, or null where the class path holds none for this machine */
    static Path unpackOnnxRuntime(Path cache) throws IOException {
        String platform = onnxRuntimePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
        List<URL> resources = new ArrayList<>();
        StringBuilder name = new StringBuilder("onnxruntime-" + platform);
        for (String library : List.of("onnxruntime", "onnxruntime4j_jni")) {
            URL resource = NativeLibraries.class.getResource(
                    "/ai/onnxruntime/native/" + platform + "/" + System.mapLibraryName(library));
            if (resource == null || !(resource.openConnection() instanceof JarURLConnection connection)) {
                return null;
            }
            // the archive's own checksum names the version without reading 28 MB
            name.append('-').append(Long.toHexString(connection.getJarEntry().getCrc()));
            resources.add(resource);
        }
        Path folder = cache.resolve(name.toString());
        if (!complete(folder, resources)) {
            Files.createDirectories(cache);
            Path staged = Files.createTempDirectory(cache, ".unpacking-");
            try {
                for (URL resource : resources) {
                    try (InputStream in = resource.openStream()) {
                        Files.copy(in, staged.resolve(fileName(resource)));
                    }
                }
                install(staged, folder, resources);
            } finally {
                Folders.delete(staged);
            }
        }
        return folder;
    }

    private static void install(Path staged, Path folder, List<URL> resources) throws IOException {
        if (Files.exists(folder) && !complete(folder, resources)) {
            Folders.delete(folder);
        }
        try {
            Files.move(staged, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // another process was first; how that shows differs between file systems
            if (!complete(folder, resources)) {
                throw e;
            }
        }
    }

    private static boolean complete(Path folder, List<URL> resources) throws IOException {
        for (URL resource : resources) {
            Path file = folder.resolve(fileName(resource));
            URLConnection connection = resource.openConnection();
            if (!Files.isRegularFile(file) || Files.size(file) != connection.getContentLengthLong()) {
                return false;
            }
        }
        return true;
    }

    private static String fileName(URL resource) {
        return resource.getPath().substring(resource.getPath().lastIndexOf('/') + 1);
    }

    /** The folder's name for this platform within ONNX Runtime's archive. */
    private static String onnxRuntimePlatform(String system, String architecture) {
        String lower = system.toLowerCase(Locale.ROOT);
        String prefix = lower.contains("mac") ? "osx" : lower.contains("win") ? "win" : "linux";
        return prefix + (architecture.equals("aarch64") ? "-aarch64" : "-x64");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
