package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.files.Folders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs the exporter {@code wan_export}: Python with PyTorch, on a Python of the user's. Its files travel with these classes
 * and are laid out in a folder of their own for as long as the exporter is open.
 */
public final class CheckpointExporter implements AutoCloseable {
    /** Names the Python to use. */
    public static final String VARIABLE = "GENERATE_VIDEO_PYTHON";

    private static final String PACKAGE = "wan_export";
    private static final List<String> FILES = List.of(
            "__init__.py",
            "__main__.py",
            "checkpoint.py",
            "layers.py",
            "networks.py",
            "onnx_writer.py",
            "text_encoder.py",
            "transformer.py",
            "video_decoder.py");
    private static final List<String> COMMON_PYTHONS = List.of("python3", "python", "/usr/bin/python3");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final String python;

    /**
     * What one network became.
     *
     * @param parameters how many it has
     * @param activations see {@link NetworkFile}
     * @param files SHA-256 by name
     */
    record Exported(long parameters, long activations, Map<String, String> files) {}

    private CheckpointExporter(Path folder, String python) {
        this.folder = folder;
        this.python = python;
    }

    /**
     * Finds a Python that can export.
     *
     * @param python the one to use, or null to try the one of {@value #VARIABLE} or else the usual ones
     * @param environment the process's environment
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} if none has PyTorch and onnx, with what each answered
     */
    public static CheckpointExporter find(String python, Map<String, String> environment) throws ExecutorException {
        String named = python != null ? python : environment.get(VARIABLE);
        List<String> answers = new ArrayList<>();
        Path folder = layOut();
        for (String candidate : named != null ? List.of(named) : COMMON_PYTHONS) {
            CheckpointExporter exporter = new CheckpointExporter(folder, candidate);
            try {
                exporter.run(List.of("--probe"), line -> {});
                return exporter;
            } catch (ExecutorException e) {
                answers.add(e.getMessage());
                if (e.exitCode() == ExitCode.CANCELLED) {
                    delete(folder);
                    throw e;
                }
            }
        }
        delete(folder);
        throw new ExecutorException(
                ExitCode.MACHINE_UNSUITABLE,
                "An import needs a Python with PyTorch, onnx and NumPy; name one with --python or " + VARIABLE + " ("
                        + String.join(" ", answers) + ").");
    }

    private static Path layOut() throws ExecutorException {
        try {
            Path folder = Files.createTempDirectory("generate-video-export-");
            Path target = Files.createDirectory(folder.resolve(PACKAGE));
            for (String file : FILES) {
                try (InputStream in = CheckpointExporter.class.getResourceAsStream(PACKAGE + "/" + file)) {
                    if (in == null) {
                        throw new IllegalStateException("these classes came without " + PACKAGE + "/" + file);
                    }
                    Files.copy(in, target.resolve(file));
                }
            }
            return folder;
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The exporter cannot be written to the temporary folder (" + e + "); make room there.",
                    e);
        }
    }

    /**
     * Exports the networks of a checkpoint that are not exported yet.
     *
     * @param precision {@code fp32}, {@code fp16} or {@code bf16}, of text encoder and transformers
     * @param suffix what is added to each network's name, may be empty
     * @param skip networks to leave out
     * @return the networks by name, with the suffix
     * @throws ExecutorException what the exporter answers: {@code BAD_BUNDLE} for the checkpoint, {@code
     *     MACHINE_UNSUITABLE} for the machine, {@code FAILED} for the rest
     */
    Map<String, Exported> export(
            Path checkpoint, Path output, String precision, String suffix, List<String> skip, ProgressListener listener)
            throws ExecutorException {
        List<String> arguments = new ArrayList<>(List.of(
                "--checkpoint", checkpoint.toString(), "--output", output.toString(), "--precision", precision));
        if (!suffix.isEmpty()) {
            arguments.add("--suffix=" + suffix);
        }
        if (!skip.isEmpty()) {
            arguments.add("--skip");
            arguments.addAll(skip);
        }
        Map<String, Exported> exported = new TreeMap<>();
        run(arguments, line -> {
            if (line.path("state").asText().equals("exporting")) {
                listener.progressed(
                        line.path("network").asText(),
                        line.path("done").asLong(),
                        line.path("total").asLong());
            }
            line.path("networks")
                    .fields()
                    .forEachRemaining(network -> exported.put(network.getKey(), exported(network.getValue())));
        });
        return exported;
    }

    private static Exported exported(JsonNode record) {
        Map<String, String> files = new TreeMap<>();
        record.path("files")
                .fields()
                .forEachRemaining(file ->
                        files.put(file.getKey(), file.getValue().path("sha256").asText()));
        return new Exported(
                record.path("parameters").asLong(), record.path("activations").asLong(), files);
    }

    /** Takes a line of the exporter's standard output. */
    private interface LineListener {
        void accept(JsonNode line) throws ExecutorException;
    }

    private void run(List<String> arguments, LineListener listener) throws ExecutorException {
        List<String> command = new ArrayList<>(List.of(python, "-m", PACKAGE));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("PYTHONPATH", folder.toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        // Several libraries that each start a thread for every core get in each other's way.
        builder.environment().putIfAbsent("OPENBLAS_NUM_THREADS", "1");
        builder.environment().putIfAbsent("OMP_NUM_THREADS", "1");
        Path errors = folder.resolve("errors.txt");
        builder.redirectError(errors.toFile());
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE, python + " cannot be started (" + e.getMessage() + ").", e);
        }
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("{")) { // a library may print lines of its own
                    listener.accept(JSON.readTree(line));
                }
            }
            int code = process.waitFor();
            if (code != 0) {
                throw new ExecutorException(exitCode(code), sentence(errors, code));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutorException(ExitCode.CANCELLED, "The import was cancelled; start it again to resume.", e);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, "The exporter's answer cannot be read (" + e + "); try again.", e);
        } finally {
            process.destroy();
        }
    }

    private static ExitCode exitCode(int code) {
        return Arrays.stream(ExitCode.values())
                .filter(known -> known.value() == code)
                .findFirst()
                .orElse(ExitCode.FAILED);
    }

    /** The exporter's last line on standard error is its sentence. */
    private String sentence(Path errors, int code) throws IOException {
        try (Stream<String> lines = Files.lines(errors, StandardCharsets.UTF_8)) {
            return lines.filter(line -> !line.isBlank())
                    .reduce((earlier, later) -> later)
                    .orElse(python + " ended with exit code " + code + " and said nothing.");
        }
    }

    private static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            // a few kilobytes in the temporary folder, which the system clears
            folder.toFile().deleteOnExit();
        }
    }

    @Override
    public void close() {
        delete(folder);
    }
}
