package io.jenkins.plugins.generatevideo.executor.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointImporterTest {
    private static final Path MINIATURE = Path.of("src/test/resources/golden/wan-mini/wan2.2-t2v");
    private static final BundleLibrary RECIPES = new BundleLibrary(List.of(Path.of("trt-engines")));

    @TempDir
    Path folder;

    private Path checkpoint;
    private Path networks;
    private final List<String> notes = new ArrayList<>();

    @BeforeEach
    void copyCheckpoint() throws IOException {
        checkpoint = copy(MINIATURE.resolve("checkpoint"), folder.resolve("checkpoint"));
        networks = copy(MINIATURE.resolve("networks"), folder.resolve("networks"));
    }

    @Test
    void takesSettingsFromTheCheckpointAndTheRestFromTheRecipe() throws Exception {
        Files.createDirectories(checkpoint.resolve("tokenizer"));
        Files.writeString(checkpoint.resolve("tokenizer/tokenizer.json"), "{}");

        EngineBundle bundle = run(networks, null);

        BundleManifest manifest = bundle.manifest();
        assertThat(bundle.folder()).isEqualTo(folder.resolve("bundles/wan2.2-t2v-a14b"));
        assertThat(manifest.boundary()).isEqualTo(0.875);
        assertThat(manifest.prediction().flowShift()).isEqualTo(12);
        assertThat(manifest.experts()).extracting(Expert::guidance).containsExactly(4.0, 3.0);
        assertThat(manifest.latent().deviation()[0]).isEqualTo(2.8184f);
        assertThat(manifest.text().defaultNegativePrompt()).startsWith("色调艳丽");
        assertThat(manifest.modes()).containsOnlyKeys("standard", "cached");
        assertThat(notes).anyMatch(note -> note.contains("The mode \"fast\" needs networks"));
        bundle.verifyFiles(manifest.files().keySet(), ProgressListener.NONE);
        assertThat(folder.resolve("bundles")).isDirectoryNotContaining("glob:**.importing-*");
    }

    @Test
    void takesNetworksAsDemoDiffusionLaysThemOut() throws Exception {
        for (String network : List.of("text_encoder", "transformer", "transformer_2", "vae_decoder")) {
            Path target = folder.resolve("onnx/Wan-AI/" + network + "/model_optimized.onnx");
            Files.createDirectories(target.getParent());
            Files.copy(networks.resolve(network + ".onnx"), target);
            Files.writeString(target.resolveSibling("weights-of-" + network), "beside the graph");
        }

        EngineBundle bundle = run(folder.resolve("onnx"), null);

        assertThat(bundle.manifest().networks().get("transformer_2").file())
                .isEqualTo("transformer_2/model_optimized.onnx");
        assertThat(bundle.manifest().files()).containsKey("vae_decoder/weights-of-vae_decoder");
    }

    @Test
    void saysThatABundleWithoutTokenizerTakesNoPrompts() throws Exception {
        EngineBundle bundle = run(networks, null);

        assertThat(notes).anyMatch(note -> note.contains("no tokenizer"));
        assertThatThrownBy(bundle::tokenizer).hasMessageContaining("has no tokenizer and cannot read prompts");
    }

    @Test
    void goesOnAfterAFailureAndLeavesNothingUnfinishedUnderTheFinalName() throws Exception {
        Path transformer = networks.resolve("transformer_2.onnx");
        Path elsewhere = Files.move(transformer, folder.resolve("transformer_2.onnx"));

        assertFailure(ExitCode.MACHINE_UNSUITABLE, "needs a Python with PyTorch", networks, "no-such-python");
        assertThat(folder.resolve("bundles/wan2.2-t2v-a14b")).doesNotExist();

        Files.move(elsewhere, transformer);
        assertThat(run(networks, null).manifest().networks()).containsKey("transformer_2");
    }

    @Test
    void refusesANameThatIsTaken() throws Exception {
        run(networks, null);

        assertFailure(ExitCode.BAD_REQUEST, "exists already", networks, null);
    }

    @Test
    void namesAConfigurationThatIsMissing() throws Exception {
        Files.delete(checkpoint.resolve("vae/config.json"));

        assertFailure(ExitCode.BAD_BUNDLE, "vae/config.json is missing", networks, null);
    }

    @Test
    void refusesAnotherPipelineAndAnotherScheduler() throws Exception {
        Path scheduler = checkpoint.resolve("scheduler/scheduler_config.json");
        Files.writeString(scheduler, "{\"_class_name\": \"DDIMScheduler\"}");
        assertFailure(ExitCode.BAD_BUNDLE, "has the scheduler \"DDIMScheduler\"", networks, null);

        Files.writeString(checkpoint.resolve("model_index.json"), "{\"_class_name\": \"WanImageToVideoPipeline\"}");
        assertFailure(ExitCode.BAD_BUNDLE, "is of a WanImageToVideoPipeline", networks, null);
    }

    @Test
    void refusesARecipeOfAnotherModel() {
        CheckpointImporter.Order order = new CheckpointImporter.Order(
                checkpoint,
                Map.of(),
                networks,
                Path.of("trt-engines/wan2.2-ti2v-5b"),
                folder.resolve("bundles"),
                null,
                "fp32",
                null);

        assertThatThrownBy(() -> new CheckpointImporter(order, Map.of(), listener()).run())
                .hasMessageContaining("The recipe wan2.2-ti2v-5b is not of the checkpoint");
    }

    private EngineBundle run(Path ready, String python) throws ExecutorException {
        CheckpointImporter.Order order = new CheckpointImporter.Order(
                checkpoint,
                Map.of(),
                ready,
                CheckpointImporter.recipeFor(checkpoint, RECIPES),
                folder.resolve("bundles"),
                null,
                "fp32",
                python);
        return new CheckpointImporter(order, Map.of(), listener()).run();
    }

    private void assertFailure(ExitCode code, String part, Path ready, String python) {
        assertThatThrownBy(() -> run(ready, python))
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
                .hasMessageContaining(part);
    }

    private CheckpointImporter.Listener listener() {
        return new CheckpointImporter.Listener() {
            @Override
            public void progressed(String file, long done, long total) {
                assertThat(done).isBetween(0L, total);
            }

            @Override
            public void noted(String sentence) {
                notes.add(sentence);
            }
        };
    }

    private static Path copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return target;
    }
}
