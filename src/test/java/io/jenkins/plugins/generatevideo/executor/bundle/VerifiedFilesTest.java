package io.jenkins.plugins.generatevideo.executor.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedFilesTest {
    private static final List<String> FILE = List.of("transformer.onnx");

    @TempDir
    private Path folder;

    private EngineBundle bundle;
    private final List<String> read = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        bundle = EngineBundle.open(TinyBundle.write(folder));
    }

    @Test
    void readsALargeFileOnce() throws Exception {
        verify(new VerifiedFiles(folder.resolve("cache"), 1));
        verify(new VerifiedFiles(folder.resolve("cache"), 1));
        assertThat(read).hasSize(1);
    }

    @Test
    void readsASmallFileEveryTime() throws Exception {
        verify(new VerifiedFiles(folder.resolve("cache")));
        verify(new VerifiedFiles(folder.resolve("cache")));
        assertThat(read).hasSize(2);
    }

    @Test
    void noticesAChangeThatKeepsSizeAndTime() throws Exception {
        verify(new VerifiedFiles(folder.resolve("cache"), 1));
        Path network = bundle.file("transformer");
        FileTime time = Files.getLastModifiedTime(network);
        byte[] bytes = Files.readAllBytes(network);
        bytes[bytes.length / 2] ^= 1;
        Files.delete(network);
        Files.write(network, bytes);
        Files.setLastModifiedTime(network, time);
        assertThatThrownBy(() -> verify(new VerifiedFiles(folder.resolve("cache"), 1)))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("was altered");
    }

    @Test
    void doesWithoutAPlaceToRemember() throws Exception {
        Files.writeString(folder.resolve("cache"), "a file where the folder should be");
        verify(new VerifiedFiles(folder.resolve("cache"), 1));
        verify(new VerifiedFiles(folder.resolve("cache"), 1));
        assertThat(read).hasSize(2);
    }

    private void verify(VerifiedFiles verified) throws ExecutorException {
        bundle.verifyFilesOnce(FILE, verified, (file, done, total) -> read.add(file));
    }
}
