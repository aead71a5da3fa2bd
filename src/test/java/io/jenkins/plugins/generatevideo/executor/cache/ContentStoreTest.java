package io.jenkins.plugins.generatevideo.executor.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
    private static final String FIRST = "1".repeat(64);
    private static final String SECOND = "2".repeat(64);
    private static final String THIRD = "3".repeat(64);

    @TempDir
    private Path folder;

    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private ContentStore store;

    @BeforeEach
    void open() throws ExecutorException {
        store = new ContentStore(folder, 2500L, warnings::add);
    }

    @AfterEach
    void close() throws ExecutorException {
        store.close();
    }

    @Test
    void findsWhatWasKept() {
        store.keep(FIRST, Map.of("a", bytes(3), "b", new byte[0]));

        assertThat(store.find(FIRST)).hasValueSatisfying(parts -> {
            assertThat(parts).containsOnlyKeys("a", "b");
            assertThat(parts.get("a")).isEqualTo(bytes(3));
            assertThat(parts.get("b")).isEmpty();
        });
        assertThat(store.find(SECOND)).isEmpty();
        assertThat(warnings).isEmpty();
    }

    @Test
    void noticesEveryDamage() throws IOException {
        store.keep(FIRST, Map.of("a", bytes(40)));
        byte[] good = Files.readAllBytes(file(FIRST));
        for (int position = 0; position < good.length; position++) {
            byte[] bad = good.clone();
            bad[position] ^= 1;
            Files.write(file(FIRST), bad);
            assertThat(store.find(FIRST)).as("byte %d", position).isEmpty();
            assertThat(file(FIRST)).doesNotExist();
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file(FIRST), Arrays.copyOf(good, length));
            assertThat(store.find(FIRST)).as("cut to %d bytes", length).isEmpty();
        }
        assertThat(warnings).hasSize(2 * good.length).allMatch(warning -> warning.contains("is damaged"));
        store.keep(FIRST, Map.of("a", bytes(40)));
        assertThat(store.find(FIRST)).isPresent();
    }

    @Test
    void noticesAnEntryUnderAnotherKey() throws IOException {
        store.keep(FIRST, Map.of("a", bytes(40)));
        Files.copy(file(FIRST), file(SECOND));

        assertThat(store.find(SECOND)).isEmpty();
        assertThat(store.find(FIRST)).isPresent();
    }

    @Test
    void leavesWhatIsPinnedUntilItIsNot() throws Exception {
        store.keep(FIRST, Map.of("a", bytes(1000)));
        age(FIRST, 20);
        store.pin(FIRST, true);
        store.keep(SECOND, Map.of("a", bytes(1000)));
        age(SECOND, 10);

        store.keep(THIRD, Map.of("a", bytes(1000)));

        assertThat(store.find(FIRST)).isPresent();
        assertThat(store.find(SECOND)).isEmpty();
        assertThat(store.find(THIRD)).isPresent();
        store.pin(FIRST, false);
        age(FIRST, 20);
        store.keep(SECOND, Map.of("a", bytes(1000)));
        assertThat(store.find(FIRST)).isEmpty();
    }

    @Test
    void saysSoWhenWhatIsPinnedTakesMoreThanThereIs() throws Exception {
        store.keep(FIRST, Map.of("a", bytes(1500)));
        store.pin(FIRST, true);

        try (ContentStore smaller = new ContentStore(folder, 1000L, warnings::add)) {
            smaller.keep(THIRD, Map.of("a", bytes(100)));
        }

        assertThat(warnings).last().asString().contains("pinned").contains("--cache-limit");
        assertThat(store.find(FIRST)).isPresent();
    }

    @Test
    void removesFirstWhatWasUsedLeastRecently() throws IOException {
        store.keep(FIRST, Map.of("a", bytes(1000)));
        store.keep(SECOND, Map.of("a", bytes(1000)));
        age(FIRST, 20);
        age(SECOND, 10);
        store.find(FIRST);

        store.keep(THIRD, Map.of("a", bytes(1000)));

        assertThat(store.find(SECOND)).isEmpty();
        assertThat(store.find(FIRST)).isPresent();
        assertThat(store.find(THIRD)).isPresent();
    }

    @Test
    void keepsNothingThatExceedsTheLimitAlone() {
        store.keep(FIRST, Map.of("a", bytes(1000)));

        store.keep(SECOND, Map.of("a", bytes(2600)));

        assertThat(store.find(SECOND)).isEmpty();
        assertThat(store.find(FIRST)).isPresent();
    }

    @Test
    void removesWhatADeadProcessLeft() throws IOException {
        Path old = Files.write(folder.resolve(".x.entry.1.part"), bytes(10));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
        Path fresh = Files.write(folder.resolve(".y.entry.2.part"), bytes(10));

        store.keep(FIRST, Map.of("a", bytes(10)));

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void servesManyThreadsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                tasks.add(() -> {
                    try (ContentStore own = new ContentStore(folder, 2500L, warnings::add)) {
                        for (int i = 0; i < 100; i++) {
                            int value = i % 5;
                            String key = Integer.toString(value).repeat(64);
                            own.keep(key, Map.of("a", bytes(600 + value)));
                            own.find(key)
                                    .ifPresent(
                                            parts -> assertThat(parts.get("a")).isEqualTo(bytes(600 + value)));
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> future : threads.invokeAll(tasks)) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(warnings).isEmpty();
        store.keep(FIRST, Map.of("a", bytes(10)));
        try (var files = Files.list(folder)) {
            assertThat(files.filter(file -> !file.endsWith("locks"))
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isLessThanOrEqualTo(2500);
        }
    }

    @Test
    void letsOneAtATimeMakeAResult() throws ExecutorException {
        try (ContentStore other = new ContentStore(folder, 2500L, warnings::add)) {
            try (ContentStore.Hold hold = store.tryHold(FIRST).orElseThrow()) {
                assertThat(hold).isNotNull();
                assertThat(store.tryHold(FIRST)).isEmpty();
                assertThat(other.tryHold(FIRST)).isEmpty();
                ContentStore.Hold another = other.tryHold(SECOND).orElseThrow();
                another.close();
            }
            other.tryHold(FIRST).orElseThrow().close();
        }
    }

    @Test
    void refusesAFolderThatCannotBe() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> new ContentStore(file, 1L, warnings::add))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("The cache folder " + file + " cannot be used");
    }

    private Path file(String key) {
        return folder.resolve(key + ".entry");
    }

    private void age(String key, int minutes) throws IOException {
        Files.setLastModifiedTime(file(key), FileTime.from(Instant.now().minusSeconds(60L * minutes)));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + length);
        }
        return bytes;
    }
}
