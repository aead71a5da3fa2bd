package io.jenkins.plugins.generatevideo.executor.backend;

import static org.assertj.core.api.Assertions.assertThat;

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
    void keepsLibrariesInTheUsersCache() {
        assertThat(NativeLibraries.cacheFolder(Map.of(), "/home/a"))
                .isEqualTo(Path.of("/home/a/.cache/generate-video"));
        assertThat(NativeLibraries.cacheFolder(Map.of("XDG_CACHE_HOME", "/c"), "/home/a"))
                .isEqualTo(Path.of("/c/generate-video"));
        assertThat(NativeLibraries.cacheFolder(Map.of("GENERATE_VIDEO_CACHE", "/d", "XDG_CACHE_HOME", "/c"), "/home/a"))
                .isEqualTo(Path.of("/d"));
    }
}
