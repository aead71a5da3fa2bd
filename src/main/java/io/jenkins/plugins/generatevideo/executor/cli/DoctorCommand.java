package io.jenkins.plugins.generatevideo.executor.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Progress;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Machine;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtFetch;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtStatus;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleLibrary;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.maven.MavenSettings;
import io.jenkins.plugins.generatevideo.executor.video.FfmpegInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code doctor}: says what this machine can run, what is missing, and what to do about it. */
@Command(
        name = "doctor",
        description = "Says what this machine can run, what is missing, and what to do. Exits with 0 if it can generate"
                + " clips, else with 4.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    // What the embedded bundle needs at its peak, rounded up.
    private static final long LEAST_MEMORY = 1L << 30;

    // the value of an option without one; no folder's name
    private static final String IN_CACHE = "\0";
    private static final int MEGABYTE = 1_000_000;

    /**
     * One thing that was looked at.
     *
     * @param finding what is there
     * @param remedy what to do, or null if nothing need be done
     * @param required whether nothing can be generated without it
     */
    record Finding(String what, String finding, String remedy, boolean required) {}

    @Mixin
    private BundleOptions bundles;

    @Option(names = "--json", description = "Write the findings and the machine's facts as one JSON object.")
    private boolean json;

    @Option(
            names = "--fetch-tensorrt",
            paramLabel = "DIR",
            arity = "0..1",
            fallbackValue = IN_CACHE,
            description = "First fetch TensorRT's libraries (534 MB, NVIDIA's, under NVIDIA's licence) from the Maven"
                    + " repository that Maven's settings name, into the cache folder, where they are found, or into"
                    + " DIR.")
    private String fetch;

    @Mixin
    private RunOptions run;

    @ParentCommand
    private GenerateVideo program;

    private final List<Finding> findings = new ArrayList<>();

    @Override
    public Integer call() throws ExecutorException {
        if (fetch != null) {
            fetchTensorRt();
        }
        Machine machine = Machine.inspect();
        look(machine);
        TensorRtStatus tensorRt = lookAtTensorRt(!machine.gpus().isEmpty());
        lookAtOnnxRuntime();
        lookAtFfmpeg();
        lookAtCache();
        lookAtBundles(bundles.library());
        boolean able = findings.stream().noneMatch(finding -> finding.required() && finding.remedy() != null);
        if (json) {
            System.out.println(
                    asJson(Map.of("machine", machine, "tensorRt", tensorRt, "findings", findings, "able", able)));
        } else {
            for (Finding finding : findings) {
                System.out.printf("%-14s %s%n", finding.what(), finding.finding());
                if (finding.remedy() != null) {
                    System.out.printf("%-14s -> %s%n", "", finding.remedy());
                }
            }
            System.out.println(able ? "This machine can generate clips." : "This machine cannot generate clips yet.");
        }
        return (able ? ExitCode.DONE : ExitCode.MACHINE_UNSUITABLE).value();
    }

    private void fetchTensorRt() throws ExecutorException {
        TensorRtFetch.checkPlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
        Path home = Path.of(System.getProperty("user.home"));
        boolean inCache = fetch.equals(IN_CACHE);
        Path folder = inCache
                ? TensorRtFetch.folder(NativeLibraries.cacheFolder())
                : Path.of(fetch).toAbsolutePath();
        run.watchInput(program.cancellation);
        try (ProgressReporter reporter =
                new ProgressReporter(run.progress(), System.out, System.err, program.cancellation)) {
            TensorRtFetch libraries = new TensorRtFetch(MavenSettings.read(System.getenv(), home), (bytes, of) -> {
                program.cancellation.check();
                reporter.progressed(Progress.Stage.FETCH, (int) (bytes / MEGABYTE), (int) (of / MEGABYTE));
            });
            boolean missing = libraries.into(folder);
            reporter.finished("TensorRT's libraries " + (missing ? "are now in " : "were in ") + folder
                    + (inCache ? "." : "; set GENERATE_VIDEO_TENSORRT to it."));
        }
    }

    private void look(Machine machine) {
        good("Java", machine.java() + " on " + machine.operatingSystem());
        good("Processor", machine.processor() + ", " + machine.processors() + " in use");
        String memory = gigabytes(machine.availableMemoryBytes()) + " of " + gigabytes(machine.memoryBytes()) + " free";
        if (machine.availableMemoryBytes() < LEAST_MEMORY) {
            findings.add(new Finding("Memory", memory, "Free at least " + gigabytes(LEAST_MEMORY) + ".", true));
        } else {
            good("Memory", memory);
        }
        if (machine.gpus().isEmpty()) {
            findings.add(new Finding(
                    "GPU",
                    "none that an NVIDIA driver knows",
                    "Nothing, if the processor is quick enough; else use a machine with an NVIDIA GPU and its driver.",
                    false));
        }
        for (Machine.Gpu gpu : machine.gpus()) {
            good(
                    "GPU",
                    gpu.name() + ", " + gigabytes(gpu.memoryBytes()) + ", compute capability " + gpu.computeCapability()
                            + ", driver " + machine.nvidiaDriver());
        }
    }

    private TensorRtStatus lookAtTensorRt(boolean gpu) {
        NativeLibraries.prepare();
        TensorRtStatus status = TensorRtStatus.look(System.getenv());
        if (status.usable()) {
            good(
                    "TensorRT",
                    status.version() + " in " + status.folder() + ", runs on " + status.device()
                            + " (compute capability " + status.architecture() + ", "
                            + gigabytes(status.freeMemoryBytes()) + " of " + gigabytes(status.memoryBytes())
                            + " free)");
        } else {
            String there = status.folder().isEmpty() ? "none" : status.version() + " in " + status.folder();
            findings.add(new Finding(
                    "TensorRT",
                    there + (gpu ? ": " + status.problem() : ""),
                    gpu
                            ? "Run \"generate-video doctor --fetch-tensorrt\" if the libraries are missing."
                            : "Nothing: without a GPU the networks run on ONNX Runtime.",
                    false));
        }
        return status;
    }

    private void lookAtOnnxRuntime() {
        try (OnnxRuntimeBackend backend = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard())) {
            backend.start();
            good("ONNX Runtime", backend.version() + ", " + backend.device());
        } catch (ExecutorException e) {
            findings.add(new Finding("ONNX Runtime", "cannot be loaded", e.getMessage(), true));
        }
    }

    private void lookAtFfmpeg() {
        try {
            FfmpegInfo info = FfmpegInfo.read();
            findings.add(new Finding(
                    "FFmpeg",
                    info.version() + ", " + info.licence() + ", encoder " + info.encoder(),
                    info.encoderPresent() ? null : "Use the FFmpeg that comes with the executor.",
                    true));
        } catch (LinkageError e) {
            findings.add(new Finding(
                    "FFmpeg",
                    "cannot be loaded (" + e.getMessage() + ")",
                    "Use 64-bit Linux with glibc, or add FFmpeg's libraries for this system to the executor.",
                    true));
        }
    }

    private void lookAtCache() {
        Path cache = NativeLibraries.cacheFolder();
        try {
            Files.createDirectories(cache);
            Files.delete(Files.createTempFile(cache, ".doctor-", null));
            good("Cache", cache + ", " + gigabytes(Files.getFileStore(cache).getUsableSpace()) + " free");
        } catch (IOException e) {
            findings.add(new Finding(
                    "Cache",
                    cache + " cannot be written (" + e + ")",
                    "Make it writable, or name another folder in GENERATE_VIDEO_CACHE.",
                    true));
        }
    }

    private void lookAtBundles(BundleLibrary library) throws ExecutorException {
        Map<String, Path> all = library.bundles();
        if (all.isEmpty()) {
            findings.add(new Finding(
                    "Bundles",
                    "none in " + library.folders(),
                    "Name a folder with engine bundles in " + BundleLibrary.VARIABLE + " or with --bundles.",
                    true));
        }
        for (Path folder : all.values()) {
            try {
                BundleManifest manifest = EngineBundle.readManifest(folder);
                String bundle = manifest.name() + " " + manifest.version() + " in " + folder;
                if (manifest.isRecipe()) {
                    findings.add(new Finding("Bundle", bundle + ", without weights", "Add them: docs/wan.md.", false));
                } else {
                    EngineBundle.open(folder);
                    good("Bundle", bundle);
                }
            } catch (ExecutorException e) {
                findings.add(new Finding("Bundle", folder + " is damaged", e.getMessage(), false));
            }
        }
    }

    private void good(String what, String finding) {
        findings.add(new Finding(what, finding, null, false));
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    private static String asJson(Object value) {
        try {
            return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of text and numbers are always JSON", e);
        }
    }
}
