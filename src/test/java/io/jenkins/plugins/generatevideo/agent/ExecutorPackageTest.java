package io.jenkins.plugins.generatevideo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutorPackageTest {
    @TempDir
    Path webInf;

    @BeforeEach
    void layOut() throws IOException {
        write("lib/generate-video.jar", "plugin");
        write("executor/onnxruntime-1.jar", "library");
        write("bundles/shapes/bundle.json", "{}");
    }

    @Test
    void digestFollowsTheContentOfWhatTravels() throws IOException {
        String before = ExecutorPackage.digestOf(webInf);
        assertThat(before).matches("[0-9a-f]{64}").isEqualTo(ExecutorPackage.digestOf(webInf));

        write("bundles/shapes/bundle.json", "[]");
        assertThat(ExecutorPackage.digestOf(webInf)).isNotEqualTo(before);
    }

    @Test
    void digestFollowsTheNames() throws IOException {
        String before = ExecutorPackage.digestOf(webInf);
        Files.move(webInf.resolve("bundles/shapes"), webInf.resolve("bundles/forms"));
        assertThat(ExecutorPackage.digestOf(webInf)).isNotEqualTo(before);
    }

    @Test
    void digestLeavesOutWhatStaysOnTheController() throws IOException {
        String before = ExecutorPackage.digestOf(webInf);
        write("licenses.xml", "<licences/>");
        write("lib/other.jar", "another");
        write("executor/notes.txt", "notes");
        assertThat(ExecutorPackage.digestOf(webInf)).isEqualTo(before);
    }

    private void write(String name, String content) throws IOException {
        Path file = webInf.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
