package io.jenkins.plugins.generatevideo.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole generations with a bundle of a few kilobytes. */
class ClipReuseTest {
    private static final List<String> FILES = List.of("clip.mp4", "poster.jpg", "contact-sheet.jpg");

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

    private record Made(ClipManifest manifest, Path folder) {
        void assertSameFiles(Made other) throws IOException {
            assertThat(manifest.frameDigest()).isEqualTo(other.manifest().frameDigest());
            for (String file : FILES) {
                assertThat(folder.resolve(file))
                        .hasSameBinaryContentAs(other.folder().resolve(file));
            }
        }
    }

    @Test
    void makesARepeatedClipWithoutTheNetworks() throws Exception {
        Made first = make("a red ball", 7, true);
        Made second = make("a red ball", 7, true);

        assertThat(first.manifest().networkEvaluations()).isPositive();
        assertThat(first.manifest().reused()).isEmpty();
        assertThat(second.manifest().networkEvaluations()).isZero();
        assertThat(second.manifest().reused()).containsExactly("clip");
        assertThat(second.manifest().request()).isEqualTo(first.manifest().request());
        second.assertSameFiles(first);
        ClipManifest written = new ObjectMapper()
                .readValue(second.folder().resolve("clip.json").toFile(), ClipManifest.class);
        assertThat(written).isEqualTo(second.manifest());
    }

    @Test
    void givesTheSameClipWithAndWithoutACache() throws Exception {
        Made without = make("a red ball", 7, false);
        make("a red ball", 8, true);
        Made withEmbeddings = make("a red ball", 7, true);
        Made repeated = make("a red ball", 7, true);

        assertThat(withEmbeddings.manifest().reused()).containsExactly("prompt-embeddings");
        assertThat(withEmbeddings.manifest().networkEvaluations())
                .isEqualTo(without.manifest().networkEvaluations());
        withEmbeddings.assertSameFiles(without);
        repeated.assertSameFiles(without);
    }

    @Test
    void repeatsTheWarningsOfTheClip() throws Exception {
        Made first = make("a red dragon", 7, true);

        assertThat(first.manifest().warnings()).singleElement().asString().contains("dragon");
        assertThat(make("a red dragon", 7, true).manifest().warnings())
                .isEqualTo(first.manifest().warnings());
    }

    @Test
    void makesADamagedEntryAnew() throws Exception {
        Made first = make("a red ball", 7, true);
        for (Path entry : entries()) {
            byte[] bytes = Files.readAllBytes(entry);
            bytes[bytes.length / 2] ^= 1;
            Files.write(entry, bytes);
        }

        Made second = make("a red ball", 7, true);

        assertThat(second.manifest().reused()).isEmpty();
        second.assertSameFiles(first);
        assertThat(make("a red ball", 7, true).manifest().reused()).containsExactly("clip");
    }

    @Test
    void takesNothingOfAnotherBundle() throws Exception {
        make("a red ball", 7, true);
        ObjectNode json = TinyBundle.manifest(bundle);
        json.withObject("/prediction").put("flowShift", 2.0);
        Files.writeString(bundle.resolve("bundle.json"), json.toString());

        assertThat(make("a red ball", 7, true).manifest().reused()).isEmpty();
    }

    @Test
    void takesNothingOfAnotherBackend() throws Exception {
        make("a red ball", 7, true, 1);

        assertThat(make("a red ball", 7, true, 2).manifest().reused()).isEmpty();
    }

    @Test
    void takesNothingOfAnotherRequest() throws Exception {
        make("a red ball", 7, true);

        assertThat(make("a red ball", 8, true).manifest().reused()).doesNotContain("clip");
        assertThat(make("a ball", 7, true).manifest().reused()).isEmpty();
    }

    @Test
    void makesAClipOnceThatIsAskedForByManyAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Made> made = new ArrayList<>();
        try {
            List<Callable<Made>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Path folder = temporary.resolve("at-once-" + i);
                tasks.add(() -> make("a red ball", 7, true, 1, folder));
            }
            for (Future<Made> future : threads.invokeAll(tasks)) {
                made.add(future.get());
            }
        } finally {
            threads.shutdown();
        }

        assertThat(made)
                .filteredOn(one -> one.manifest().networkEvaluations() > 0)
                .hasSize(1);
        for (Made one : made) {
            one.assertSameFiles(made.get(0));
        }
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.filter(file -> file.toString().endsWith(".entry")).toList();
        }
    }

    private Made make(String prompt, long seed, boolean cached) throws ExecutorException {
        return make(prompt, seed, cached, 1);
    }

    private Made make(String prompt, long seed, boolean cached, int threads) throws ExecutorException {
        return make(prompt, seed, cached, threads, temporary.resolve("out" + clips++));
    }

    private Made make(String prompt, long seed, boolean cached, int threads, Path folder) throws ExecutorException {
        ClipRequest request = new ClipRequest(prompt, null, null, null, seed, null, null, null, null, null);
        try (Backend backend =
                        new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(threads));
                ContentStore store = cached ? new ContentStore(cache, 1, warning -> {}) : null;
                Generation generation = new Generation(
                        EngineBundle.open(bundle),
                        backend,
                        Optional.ofNullable(store),
                        new Cancellation(),
                        System.nanoTime())) {
            return new Made(generation.generate(request, folder, (stage, step, steps) -> {}), folder);
        }
    }
}
