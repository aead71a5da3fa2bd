package io.jenkins.plugins.generatevideo.executor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    @TempDir
    private Path cache;

    @Test
    void unpacksOnceAndUsesWhatItFindsAfterwards() throws Exception {
        Path folder = NativeLibraries.unpackOnnxRuntime(cache);
        Path library = folder.resolve(System.mapLibraryName("onnxruntime"));
        FileTime mark = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(library, mark);

        assertThat(NativeLibraries.unpackOnnxRuntime(cache)).isEqualTo(folder);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(mark);
    }

    @Test
    void repairsAFileThatWasCutShort() throws Exception {
        Path library = NativeLibraries.unpackOnnxRuntime(cache).resolve(System.mapLibraryName("onnxruntime"));
        long size = Files.size(library);
        Files.write(library, new byte[100]);

        NativeLibraries.unpackOnnxRuntime(cache);
        assertThat(Files.size(library)).isEqualTo(size);
    }

    @Test
    void letsSeveralUnpackAtOnceAndLeavesNothingBehind() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Path>> folders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                folders.add(threads.submit(() -> NativeLibraries.unpackOnnxRuntime(cache)));
            }
            HashSet<Path> different = new HashSet<>();
            for (Future<Path> folder : folders) {
                different.add(folder.get());
            }
            assertThat(different).hasSize(1);
        } finally {
            threads.shutdown();
        }
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void letsTwoProcessesStartAtOnceWithAnEmptyCache(@TempDir Path bundles) throws Exception {
        Path tokenizer = TinyBundle.write(bundles).resolve("tokenizer.json");
        Process first = start(tokenizer, cache);
        Process second = start(tokenizer, cache);
        assertThat(output(first)).startsWith("input_ids 3").contains(cache.toString());
        assertThat(output(second)).startsWith("input_ids 3").contains(cache.toString());
    }

    @Test
    void doesWithoutACacheThatCanBeWritten(@TempDir Path bundles) throws Exception {
        Path tokenizer = TinyBundle.write(bundles).resolve("tokenizer.json");
        Path file = Files.writeString(cache.resolve("file"), "no folder");
        String output = output(start(tokenizer, file.resolve("cache")));
        assertThat(output).startsWith("input_ids 3");
        assertThat(Path.of(output.lines().skip(1).findFirst().orElseThrow())).doesNotExist();
    }

    private static Process start(Path tokenizer, Path cache) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LibraryUser.class.getName(),
                "src/test/resources/networks/text_encoder.onnx",
                tokenizer.toString());
        builder.environment().put("GENERATE_VIDEO_CACHE", cache.toString());
        builder.environment().remove("ENGINE_CACHE_DIR");
        return builder.redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void keepsLibrariesInTheUsersCache() {
        assertThat(NativeLibraries.cacheFolder(Map.of(), "/home/a"))
                .isEqualTo(Path.of("/home/a/.cache/generate-video"));
        assertThat(NativeLibraries.cacheFolder(Map.of("XDG_CACHE_HOME", "/c"), "/home/a"))
                .isEqualTo(Path.of("/c/generate-video"));
        assertThat(NativeLibraries.cacheFolder(Map.of("GENERATE_VIDEO_CACHE", "/d", "XDG_CACHE_HOME", "/c"), "/home/a"))
                .isEqualTo(Path.of("/d"));
    }
}
