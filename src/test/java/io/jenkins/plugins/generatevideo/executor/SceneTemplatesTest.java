package io.jenkins.plugins.generatevideo.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import io.jenkins.plugins.generatevideo.executor.cache.SceneTemplates;
import io.jenkins.plugins.generatevideo.executor.cache.TemplateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole generations in saved scenes, with a bundle of a few kilobytes. */
class SceneTemplatesTest {
    @TempDir
    private Path temporary;

    private Path bundle;
    private Path cache;
    private int clips;

    @BeforeEach
    void writeBundle() throws IOException {
        bundle = TinyBundle.write(temporary);
        cache = temporary.resolve("cache");
    }

    @Test
    void setsAClipInASavedScene() throws Exception {
        ClipManifest scene = save("meadow");
        ClipManifest variant = variant("meadow", true);

        assertThat(scene.template()).isNull();
        assertThat(variant.template().name()).isEqualTo("meadow");
        assertThat(variant.template().digest())
                .isEqualTo(TemplateFile.read(file("meadow")).digest());
        assertThat(variant.reused()).contains("scene-template");
        // The first of the four steps begins at a noise level that the template has behind it.
        assertThat(variant.steps()).isEqualTo(3);
        assertThat(variant.networkEvaluations()).isEqualTo(6);
        assertThat(variant.frameDigest()).isNotEqualTo(plain().frameDigest());
    }

    @Test
    void givesTheSameClipWhereverTheTemplateComesFrom() throws Exception {
        save("meadow");
        String named = variant("meadow", true).frameDigest();
        String fromFile = variant(file("meadow").toString(), false).frameDigest();
        forgetEntries();
        String madeAnew = variant("meadow", true).frameDigest();

        assertThat(fromFile).isEqualTo(named);
        assertThat(madeAnew).isEqualTo(named);
    }

    @Test
    void findsAClipInASceneAgainButNotOneInAnother() throws Exception {
        save("meadow");
        save("snow", 9);

        assertThat(variant("meadow", true).reused()).doesNotContain("clip");
        assertThat(variant("meadow", true).reused()).containsExactly("clip");
        assertThat(variant("meadow", true).template().name()).isEqualTo("meadow");
        assertThat(variant("snow", true).reused()).doesNotContain("clip");
        assertThat(plain().reused()).doesNotContain("clip");
    }

    @Test
    void makesDamagedContentAnewAndSaysSo() throws Exception {
        save("meadow");
        String before = variant(file("meadow").toString(), false).frameDigest();
        for (Path entry : entries()) {
            byte[] bytes = Files.readAllBytes(entry);
            bytes[bytes.length / 2] ^= 1;
            Files.write(entry, bytes);
        }

        ClipManifest after = variant("meadow", true);

        assertThat(after.frameDigest()).isEqualTo(before);
        assertThat(after.warnings())
                .containsExactly("The scene template meadow is no longer whole in the cache and is made anew.");
        assertThat(variant("meadow", true).reused()).containsExactly("clip");
    }

    @Test
    void refusesADamagedFile() throws Exception {
        save("meadow");
        byte[] bytes = Files.readAllBytes(file("meadow"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(file("meadow"), bytes);

        assertRefused(file("meadow").toString(), "is damaged or is none: fetch it again");
    }

    @Test
    void refusesADamagedRecipe() throws Exception {
        save("meadow");
        Files.writeString(cache.resolve("templates/meadow.json"), "{\"schema\": ");

        assertRefused("meadow", "The scene template meadow in", "is damaged");
    }

    @Test
    void refusesATemplateOfAnotherBundle() throws Exception {
        save("meadow");
        ObjectNode json = TinyBundle.manifest(bundle);
        json.withObject("/prediction").put("flowShift", 2.0);
        Files.writeString(bundle.resolve("bundle.json"), json.toString());

        assertRefused("meadow", "was made with the engine bundle tiny 1.0.0", "but this is tiny 1.0.0");
        assertRefused(file("meadow").toString(), "was made with the engine bundle tiny 1.0.0");
    }

    @Test
    void refusesATemplateOfAnotherSizeOrLength() throws Exception {
        save("meadow");

        assertThatThrownBy(() -> make(
                        new ClipRequest("a red ball", null, null, null, 7L, "16x16", null, null, null, null)
                                .on("meadow"),
                        Optional.empty(),
                        true))
                .hasMessageContaining("has 9 frames of 32x16, but this clip has 9 of 16x16");
    }

    @Test
    void refusesATemplateThatIsNotThere() {
        assertRefused("meadow", "There is no scene template meadow in the cache: save one with --save-template meadow");
        assertRefused(temporary.resolve("no.template").toString(), "There is no scene template");
    }

    @Test
    void forgetsContentOnlyWithItsLastName() throws Exception {
        save("meadow");
        save("lawn");
        try (ContentStore store = new ContentStore(cache, 1, warning -> {})) {
            SceneTemplates templates = new SceneTemplates(store);
            templates.remove(templates.find("meadow").orElseThrow());

            assertThat(templates.names()).containsExactly("lawn");
            SceneTemplates.Recipe lawn = templates.find("lawn").orElseThrow();
            assertThat(templates.content(lawn)).isPresent();
            templates.remove(lawn);
            assertThat(templates.content(lawn)).isEmpty();
        }
    }

    private void assertRefused(String template, String... parts) {
        assertThatThrownBy(() -> variant(template, true))
                .isInstanceOfSatisfying(
                        ExecutorException.class,
                        refusal -> assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_REQUEST))
                .hasMessageContainingAll(parts);
    }

    private Path file(String name) {
        return temporary.resolve("scene-" + name).resolve(name + ".template");
    }

    private ClipManifest save(String name) throws ExecutorException {
        return save(name, 5);
    }

    private ClipManifest save(String name, long seed) throws ExecutorException {
        return make(ClipRequest.of("a ball").with(seed), Optional.of(name), true, temporary.resolve("scene-" + name));
    }

    private ClipManifest variant(String template, boolean cached) throws ExecutorException {
        return make(ClipRequest.of("a red ball").with(7).on(template), Optional.empty(), cached);
    }

    private ClipManifest plain() throws ExecutorException {
        return make(ClipRequest.of("a red ball").with(7), Optional.empty(), true);
    }

    private ClipManifest make(ClipRequest request, Optional<String> saveAs, boolean cached) throws ExecutorException {
        return make(request, saveAs, cached, temporary.resolve("out" + clips++));
    }

    private ClipManifest make(ClipRequest request, Optional<String> saveAs, boolean cached, Path folder)
            throws ExecutorException {
        try (Backend backend =
                        new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(1));
                ContentStore store = cached ? new ContentStore(cache, 1, warning -> {}) : null;
                Generation generation = new Generation(
                        EngineBundle.open(bundle),
                        backend,
                        Optional.ofNullable(store),
                        new Cancellation(),
                        System.nanoTime())) {
            return generation.generate(request, folder, saveAs, (stage, step, steps) -> {});
        }
    }

    private Iterable<Path> entries() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".entry")).toList();
        }
    }

    private void forgetEntries() throws IOException {
        for (Path entry : entries()) {
            Files.delete(entry);
        }
    }
}
