package io.jenkins.plugins.generatevideo.executor.backend;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs networks on the processor with ONNX Runtime behind DJL; works on any machine. The native library is loaded with the
 * first network, so that a clip from the cache does without it.
 */
public final class OnnxRuntimeBackend implements Backend {
    // ONNX Runtime 1.29 matches the process's command line with a regular expression as it starts, and recurses once or
    // more for each of up to 4096 characters: a long prompt or class path overflows a stack of the usual size.
    private static final long START_STACK = 64L << 20;

    private static final Pattern ARCHIVE = Pattern.compile("onnxruntime-([0-9][0-9.]*)\\.jar$");

    private final OnnxRuntimeOptions options;
    private final List<String> remarks;
    private Started started;

    /** What there is once the native library is loaded: the process's one environment, and DJL's arrays in it. */
    private record Started(OrtEnvironment environment, OrtNDManager manager) {}

    public OnnxRuntimeBackend(OnnxRuntimeOptions options) {
        this(options, List.of());
    }

    /** @param remarks why it runs, see {@link Backend#remarks} */
    OnnxRuntimeBackend(OnnxRuntimeOptions options, List<String> remarks) {
        this.remarks = List.copyOf(remarks);
        this.options = options;
    }

    /**
     * Loads the native library, unless it is.
     *
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} where ONNX Runtime has no library for this machine
     */
    public void start() throws ExecutorException {
        started();
    }

    private synchronized Started started() throws ExecutorException {
        if (started == null) {
            OrtNDManager manager = (OrtNDManager) engine().newBaseManager(Device.cpu());
            started = new Started(OrtEnvironment.getEnvironment(), manager);
        }
        return started;
    }

    /** Loads the native library for whoever needs it later: for a thread that has the time. */
    public static void warmUp() throws ExecutorException {
        engine();
    }

    private static Engine engine() throws ExecutorException {
        NativeLibraries.prepare();
        AtomicReference<Engine> opened = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        // DJL makes the process's one environment with thread settings, which fails after anyone else
                        // made it
                        opened.set(Engine.getEngine("OnnxRuntime"));
                    } catch (EngineException | LinkageError e) {
                        failure.set(e);
                    }
                },
                "onnxruntime-start",
                START_STACK);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while ONNX Runtime was starting.", e);
        }
        if (opened.get() == null) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "ONNX Runtime cannot be loaded on this machine (" + firstLine(failure.get())
                            + "); it needs 64-bit Linux with glibc, Windows or macOS, and a cache folder that allows"
                            + " libraries to be loaded (GENERATE_VIDEO_CACHE).",
                    failure.get());
        }
        return opened.get();
    }

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public String version() {
        // DJL's engine names the version it was built with, not the one that runs; the library itself would have to be
        // loaded for its answer, but its archive is named after it.
        String archive = OrtEnvironment.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        Matcher version = ARCHIVE.matcher(archive);
        return version.find() ? version.group(1) : loadedVersion();
    }

    /** What the native library itself says. */
    String loadedVersion() {
        try {
            return started().environment().getVersion();
        } catch (ExecutorException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    @Override
    public String device() {
        return "cpu (" + options.threads() + (options.threads() == 1 ? " thread)" : " threads)");
    }

    @Override
    public List<String> remarks() {
        return remarks;
    }

    @Override
    public int loadsAtATime() {
        // a network takes up to twice its memory while it is loaded
        return Math.min(2, options.threads());
    }

    @Override
    public Network load(Path file) throws ExecutorException {
        if (!Files.isRegularFile(file)) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE, "The network " + file + " does not exist; restore the engine bundle.");
        }
        Started running = started();
        try (SessionOptions settings = settings()) {
            OrtSession session = running.environment().createSession(file.toString(), settings);
            return OnnxRuntimeNetwork.of(
                    session, (OrtNDManager) running.manager().newSubManager(), file);
        } catch (OrtException e) {
            if (OnnxRuntimeNetwork.isOutOfMemory(e)) {
                throw new ExecutorException(
                        ExitCode.MACHINE_UNSUITABLE,
                        "There is not enough memory to load the network " + file
                                + "; free some or use a larger machine.",
                        e);
            }
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The network " + file + " cannot be loaded by ONNX Runtime " + version() + " (" + firstLine(e)
                            + "); restore or re-export it.",
                    e);
        }
    }

    private SessionOptions settings() throws OrtException {
        SessionOptions settings = new SessionOptions();
        settings.setIntraOpNumThreads(options.threads());
        settings.setInterOpNumThreads(1);
        settings.setOptimizationLevel(
                switch (options.optimization()) {
                    case NONE -> OptLevel.NO_OPT;
                    case BASIC -> OptLevel.BASIC_OPT;
                    case EXTENDED -> OptLevel.EXTENDED_OPT;
                    case ALL -> OptLevel.ALL_OPT;
                });
        settings.setMemoryPatternOptimization(options.memoryPattern());
        settings.addConfigEntry("session.intra_op.allow_spinning", options.spinning() ? "1" : "0");
        // Else weights that are stored in eight bits would be made single precision at every evaluation, not once.
        settings.addConfigEntry("session.disable_quant_qdq", "1");
        return settings;
    }

    static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }

    @Override
    public synchronized void close() {
        if (started != null) {
            started.manager().close();
        }
    }
}
