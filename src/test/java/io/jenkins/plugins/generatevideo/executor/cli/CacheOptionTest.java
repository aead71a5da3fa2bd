package io.jenkins.plugins.generatevideo.executor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code generate --cache}, by processes of their own. */
class CacheOptionTest {
    @TempDir
    private Path temporary;

    private Path bundle;

    @BeforeEach
    void writeBundle() throws IOException {
        bundle = TinyBundle.write(temporary);
    }

    @Test
    void twoProcessesAtOnceMakeOneClipAndALaterOneFetchesIt() throws Exception {
        List<ExecutorProcess> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(start("out" + i));
        }
        for (ExecutorProcess process : processes) {
            assertThat(process.exitCode()).as(process.messages()).isZero();
        }
        ExecutorProcess later = start("out2");
        assertThat(later.exitCode()).as(later.messages()).isZero();

        List<ClipManifest> manifests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            manifests.add(new ObjectMapper()
                    .readValue(temporary.resolve("out" + i + "/clip.json").toFile(), ClipManifest.class));
            assertThat(temporary.resolve("out" + i + "/clip.mp4"))
                    .hasSameBinaryContentAs(temporary.resolve("out0/clip.mp4"));
        }
        assertThat(manifests)
                .filteredOn(manifest -> manifest.networkEvaluations() > 0)
                .hasSize(1);
        assertThat(manifests.get(2).reused()).containsExactly("clip");
        assertThat(later.messages()).contains(", from the cache").hasLineCount(1);
        assertThat(later.output()).singleElement().asString().contains("\"stage\":\"done\"");
    }

    @Test
    void refusesACacheFolderThatCannotBe() throws Exception {
        Files.createFile(temporary.resolve("cache"));

        ExecutorProcess process = start("out");

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.messages())
                .contains("The cache folder")
                .contains("cannot be used")
                .hasLineCount(1);
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    private ExecutorProcess start(String output) throws IOException {
        ExecutorProcess process = ExecutorProcess.start(
                temporary.resolve("native"),
                "generate",
                "--prompt",
                "a red ball",
                "--seed",
                "7",
                "--bundle",
                bundle.toString(),
                "--cache",
                temporary.resolve("cache").toString(),
                "--progress",
                "json",
                "--output",
                temporary.resolve(output).toString());
        process.input().close();
        return process;
    }
}
