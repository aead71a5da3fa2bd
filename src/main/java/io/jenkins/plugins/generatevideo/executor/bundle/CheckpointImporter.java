package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes an engine bundle of a published checkpoint: takes a recipe's settings, the checkpoint's own, networks that are
 * ready, and exports the rest. What is done stays in {@code OUTPUT/.importing-NAME} until the bundle is whole, so that an
 * import that was interrupted goes on where it stopped; only then the folder gets the bundle's name.
 */
public final class CheckpointImporter {
    private static final String TOKENIZER = "tokenizer.json";
    private static final String RECORD = ".export.json";

    /**
     * What to import.
     *
     * @param checkpoint the folder with {@code model_index.json}, in Diffusers layout
     * @param further checkpoints whose transformers become further networks, by the suffix of their names: {@code _fast} for
     *     distilled weights, {@code _preview} for a smaller sibling; may be empty
     * @param ready a folder with networks that other tools have made, or null
     * @param recipe the folder of the recipe
     * @param output the folder of bundles that gets the new one
     * @param name the new bundle's name, or null for the recipe's
     * @param precision {@code fp32}, {@code fp16} or {@code bf16}, of text encoder and transformers
     * @param python the Python that exports, or null to find one
     */
    public record Order(
            Path checkpoint,
            Map<String, Path> further,
            Path ready,
            Path recipe,
            Path output,
            String name,
            String precision,
            String python) {}

    /** Hears what an import does. */
    public interface Listener extends ProgressListener {
        /** Something that a user should know, as a sentence. */
        void noted(String sentence);
    }

    private final Order order;
    private final Map<String, String> environment;
    private final Listener listener;
    private final Map<String, NetworkFile> networks = new TreeMap<>();
    private final Map<String, String> files = new TreeMap<>();

    /** @param environment the process's environment, where {@link CheckpointExporter#VARIABLE} may name a Python */
    public CheckpointImporter(Order order, Map<String, String> environment, Listener listener) {
        this.order = order;
        this.environment = Map.copyOf(environment);
        this.listener = listener;
    }

    /**
     * The recipe in a library that fits a checkpoint.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} if the checkpoint cannot be read or no recipe fits it
     */
    public static Path recipeFor(Path checkpoint, BundleLibrary library) throws ExecutorException {
        CheckpointSettings settings = CheckpointSettings.read(checkpoint);
        List<String> recipes = new ArrayList<>();
        for (Path folder : library.bundles().values()) {
            BundleManifest manifest = EngineBundle.readManifest(folder);
            if (!manifest.isRecipe()) {
                continue;
            }
            if (fits(manifest, settings)) {
                return folder;
            }
            recipes.add(manifest.name());
        }
        throw new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "No recipe fits the checkpoint " + checkpoint + " with "
                        + settings.experts().size() + " expert(s) and "
                        + settings.latentChannels() + " latent channels; there are " + recipes
                        + "; name one with --recipe.");
    }

    private static boolean fits(BundleManifest recipe, CheckpointSettings settings) {
        return recipe.experts().size() == settings.experts().size()
                && recipe.geometry().latentChannels() == settings.latentChannels()
                && recipe.timestepPerToken() == settings.timestepPerToken();
    }

    /**
     * Imports. Takes as long as reading and writing the weights does.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} for the checkpoint or the recipe, {@code BAD_REQUEST} if the name is
     *     taken, {@code MACHINE_UNSUITABLE} without a fit Python or enough space, {@code CANCELLED} if the thread was
     *     interrupted
     */
    public EngineBundle run() throws ExecutorException {
        CheckpointSettings settings = CheckpointSettings.read(order.checkpoint());
        BundleManifest recipe = EngineBundle.readManifest(order.recipe());
        if (!fits(recipe, settings)) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The recipe " + recipe.name() + " is not of the checkpoint " + order.checkpoint() + ", which has "
                            + settings.experts().size() + " expert(s) and " + settings.latentChannels()
                            + " latent channels; name another recipe.");
        }
        String name = order.name() == null ? recipe.name() : order.name();
        Path target = order.output().resolve(name);
        if (Files.exists(target)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    target + " exists already; remove it, or import under another name with --name.");
        }
        try {
            Path staged = Files.createDirectories(order.output().resolve(".importing-" + name));
            List<String> wanted = new ArrayList<>(List.of(BundleManifest.TEXT_ENCODER, BundleManifest.VAE_DECODER));
            wanted.addAll(settings.experts());
            takeReady(staged, wanted, recipe);
            export(staged, wanted);
            String tokenizer = takeTokenizer(settings, staged);
            writeManifest(settings, name, tokenizer, staged);
            EngineBundle.open(staged);
            removeRecords(staged);
            Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
            return EngineBundle.open(target);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The engine bundle cannot be written into " + order.output() + " (" + e
                            + "); choose a folder that can be written and has the space.",
                    e);
        }
    }

    private void takeReady(Path staged, List<String> wanted, BundleManifest recipe)
            throws ExecutorException, IOException {
        if (order.ready() == null) {
            return;
        }
        List<String> names = new ArrayList<>(wanted);
        recipe.networks().keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(names::add);
        for (Map.Entry<String, ReadyNetworks.Ready> entry :
                ReadyNetworks.find(order.ready(), names).entrySet()) {
            ReadyNetworks.Ready ready = entry.getValue();
            long total = 0;
            for (Path file : ready.files()) {
                total += Files.size(file);
            }
            long all = total;
            long[] done = {0};
            for (Path file : ready.files()) {
                String path = relative(ready, file);
                Path copy = staged.resolve(path);
                Files.createDirectories(copy.getParent());
                Path part = Path.of(copy + ".part");
                try (var in = Files.newInputStream(file);
                        var out = Files.newOutputStream(part)) {
                    files.put(path, FileDigest.copy(in, out, length -> {
                        done[0] += length;
                        listener.progressed(entry.getKey(), done[0], all);
                    }));
                }
                Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            NetworkFile published = recipe.networks().get(entry.getKey());
            networks.put(
                    entry.getKey(),
                    new NetworkFile(
                            relative(ready, ready.graph()),
                            published == null ? 0 : published.parameters(),
                            published == null ? null : published.activations()));
            listener.noted("The network " + entry.getKey() + " is taken as it is from " + ready.graph() + ".");
        }
    }

    private static String relative(ReadyNetworks.Ready ready, Path file) {
        return ready.folder().relativize(file).toString().replace('\\', '/');
    }

    private void export(Path staged, List<String> wanted) throws ExecutorException {
        boolean needed = !networks.keySet().containsAll(wanted);
        Map<String, Path> further = new TreeMap<>(order.further());
        if (!needed && further.isEmpty()) {
            return;
        }
        try (CheckpointExporter exporter = CheckpointExporter.find(order.python(), environment)) {
            if (needed) {
                List<String> skip = new ArrayList<>(networks.keySet());
                skip.retainAll(wanted);
                add(exporter.export(order.checkpoint(), staged, order.precision(), "", skip, listener));
            }
            List<String> shared = List.of(BundleManifest.TEXT_ENCODER, BundleManifest.VAE_DECODER);
            for (Map.Entry<String, Path> other : further.entrySet()) {
                add(exporter.export(other.getValue(), staged, order.precision(), other.getKey(), shared, listener));
            }
        }
    }

    private void add(Map<String, CheckpointExporter.Exported> exported) {
        exported.forEach((name, network) -> {
            networks.put(name, new NetworkFile(name + ".onnx", network.parameters(), network.activations()));
            files.putAll(network.files());
        });
    }

    private String takeTokenizer(CheckpointSettings settings, Path staged) throws ExecutorException, IOException {
        if (!Files.isRegularFile(settings.tokenizer())) {
            return null;
        }
        Files.copy(settings.tokenizer(), staged.resolve(TOKENIZER), StandardCopyOption.REPLACE_EXISTING);
        files.put(TOKENIZER, FileDigest.of(staged.resolve(TOKENIZER), length -> {}));
        return TOKENIZER;
    }

    /** Takes away the notes that the exporter keeps for resuming, and what an interruption left. */
    private static void removeRecords(Path staged) throws IOException {
        try (Stream<Path> left = Files.list(staged)) {
            for (Path file : left.toList()) {
                String own = file.getFileName().toString();
                if (own.endsWith(RECORD) || own.endsWith(".part")) {
                    Files.delete(file);
                }
            }
        }
    }

    private void writeManifest(CheckpointSettings settings, String name, String tokenizer, Path staged)
            throws IOException {
        byte[] recipe = Files.readAllBytes(order.recipe().resolve(EngineBundle.MANIFEST_FILE));
        ImportedManifest manifest = new ImportedManifest(recipe, name)
                .with(settings)
                .withNetworks(networks)
                .withPrecision(order.precision())
                .withFiles(files, tokenizer);
        Files.write(staged.resolve(EngineBundle.MANIFEST_FILE), manifest.toBytes());
        manifest.notes().forEach(listener::noted);
    }
}
