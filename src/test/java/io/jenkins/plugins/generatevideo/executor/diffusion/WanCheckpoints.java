package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.GoldenData;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleLibrary;
import io.jenkins.plugins.generatevideo.executor.bundle.CheckpointExporter;
import io.jenkins.plugins.generatevideo.executor.bundle.CheckpointImporter;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The miniature Wan checkpoints, and the import of each into a bundle. */
public final class WanCheckpoints {
    /** What travels with the tests: exported networks, configurations and reduced cases. */
    static final Path COPY = Path.of("src/test/resources/golden/wan-mini");

    private static final BundleLibrary RECIPES = new BundleLibrary(List.of(Path.of("trt-engines")));

    private WanCheckpoints() {}

    /** The folders that hold a checkpoint with its cases: the reference data's, and those that travel with the tests. */
    public static List<Path> folders() throws IOException {
        Set<Path> roots =
                new LinkedHashSet<>(List.of(GoldenData.directory("wan-mini").toRealPath(), COPY.toRealPath()));
        List<Path> folders = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> children = Files.list(root)) {
                children.filter(child -> Files.isRegularFile(child.resolve("checkpoint/model_index.json")))
                        .sorted()
                        .forEach(folders::add);
            }
        }
        return folders;
    }

    /**
     * Imports a checkpoint: with the exporter where its weights and a Python with PyTorch are at hand, else with its
     * networks that were exported before.
     *
     * @return nothing where there is neither
     */
    public static Optional<EngineBundle> imported(Path folder, Path output) throws ExecutorException {
        Path checkpoint = folder.resolve("checkpoint");
        boolean weights =
                Files.isDirectory(checkpoint) && Files.exists(checkpoint.resolve("text_encoder/model.safetensors"));
        Path networks = null;
        if (!weights || !canExport()) {
            networks = Stream.of(folder, COPY.resolve(folder.getFileName()))
                    .map(place -> place.resolve("networks"))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElse(null);
            if (networks == null) {
                return Optional.empty();
            }
        }
        CheckpointImporter.Order order = new CheckpointImporter.Order(
                checkpoint,
                Map.of(),
                networks,
                CheckpointImporter.recipeFor(checkpoint, RECIPES),
                output,
                folder.getFileName().toString() + "-mini",
                "fp32",
                null);
        return Optional.of(new CheckpointImporter(order, System.getenv(), quiet()).run());
    }

    /** Whether this machine has a Python that can export. */
    public static boolean canExport() {
        try (CheckpointExporter exporter = CheckpointExporter.find(null, System.getenv())) {
            return true;
        } catch (ExecutorException e) {
            return false;
        }
    }

    private static CheckpointImporter.Listener quiet() {
        return new CheckpointImporter.Listener() {
            @Override
            public void progressed(String file, long done, long total) {}

            @Override
            public void noted(String sentence) {}
        };
    }
}
