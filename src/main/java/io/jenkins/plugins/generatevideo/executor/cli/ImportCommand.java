package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleLibrary;
import io.jenkins.plugins.generatevideo.executor.bundle.CheckpointImporter;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bundle import}: makes an engine bundle of a published checkpoint. */
@Command(
        name = "import",
        description = "Makes an engine bundle of a published Wan checkpoint in Diffusers layout. An import that was"
                + " interrupted goes on where it stopped. Needs a Python with PyTorch, onnx and NumPy.",
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    @Mixin
    private BundleOptions bundles;

    @Parameters(paramLabel = "CHECKPOINT", description = "The folder with model_index.json.")
    private Path checkpoint;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            required = true,
            description = "The folder of engine bundles that gets the new one; give it with --bundles or"
                    + " $GENERATE_VIDEO_BUNDLES later.")
    private Path output;

    @Option(names = "--name", description = "The new bundle's name; the recipe's by default.")
    private String name;

    @Option(
            names = "--recipe",
            paramLabel = "NAME|DIR",
            description = "The recipe with the model's published settings; found by the checkpoint's shape by default.")
    private String recipe;

    @Option(
            names = "--precision",
            paramLabel = "fp32|fp16|bf16",
            defaultValue = "bf16",
            description = "Of text encoder and transformers: bf16 (default) for GPUs, fp32 to run on a CPU.")
    private Precision precision;

    @Option(
            names = "--fast",
            paramLabel = "CHECKPOINT",
            description = "A checkpoint with distilled weights, for the mode fast.")
    private Path fast;

    @Option(
            names = "--preview",
            paramLabel = "CHECKPOINT",
            description = "A checkpoint of a smaller sibling with the same autoencoder and text encoder, for the mode"
                    + " preview.")
    private Path preview;

    @Option(
            names = "--networks",
            paramLabel = "DIR",
            description =
                    "Networks that are ready (ONNX or TensorRT engines, as NVIDIA's demoDiffusion makes them); they"
                            + " are taken as they are.")
    private Path networks;

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "The Python to use; $GENERATE_VIDEO_PYTHON by default.")
    private String python;

    private final PrintStream messages = System.err;

    /** The number formats that a network can be exported in. */
    enum Precision {
        fp32,
        fp16,
        bf16
    }

    @Override
    public Integer call() throws ExecutorException {
        BundleLibrary library = bundles.library();
        Path recipeFolder = recipe == null ? CheckpointImporter.recipeFor(checkpoint, library) : library.find(recipe);
        Map<String, Path> further = new TreeMap<>();
        if (fast != null) {
            further.put("_fast", fast);
        }
        if (preview != null) {
            further.put("_preview", preview);
        }
        CheckpointImporter.Order order = new CheckpointImporter.Order(
                checkpoint, further, networks, recipeFolder, output, name, precision.name(), python);
        EngineBundle bundle = new CheckpointImporter(order, System.getenv(), new Reporter()).run();
        System.out.println(bundle.folder());
        return ExitCode.DONE.value();
    }

    /** Writes a line when a network is begun, and at every tenth of it. */
    private final class Reporter implements CheckpointImporter.Listener {
        private String network = "";
        private long tenth = -1;

        @Override
        public void progressed(String file, long done, long total) {
            long now = total <= 0 ? 0 : 10 * done / total;
            if (!file.equals(network) || now != tenth) {
                messages.printf(Locale.ROOT, "%s: %d %% of %.1f GB%n", file, 10 * now, total / 1e9);
            }
            network = file;
            tenth = now;
        }

        @Override
        public void noted(String sentence) {
            messages.println(sentence);
        }
    }
}
