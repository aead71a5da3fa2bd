package io.jenkins.plugins.generatevideo.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import io.jenkins.plugins.generatevideo.executor.compare.CompareOptions;
import io.jenkins.plugins.generatevideo.executor.compare.VideoComparison;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import io.jenkins.plugins.generatevideo.executor.video.Scenes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The controller reads what the executor really writes, and nothing that it would not write. */
class ComparisonTest {
    @TempDir
    static Path folder;

    private static String report;

    @BeforeAll
    static void compare() throws Exception {
        Path baseline = Files.createDirectories(folder.resolve("baseline/clips/en"));
        Path candidate = Files.createDirectories(folder.resolve("candidate/clips/en"));
        Scenes.discClip(baseline.resolve("clip.mp4"), 96, 64, 9, FrameRate.of(12));
        // Other frames: the disc goes a shorter way.
        Scenes.discClip(candidate.resolve("clip.mp4"), 96, 64, 7, FrameRate.of(12));
        Scenes.discClip(candidate.resolve("new.mp4"), 96, 64, 2, FrameRate.of(12));
        Files.writeString(baseline.resolve("clip.json"), manifest(7));
        Files.writeString(candidate.resolve("clip.json"), manifest(8));
        new VideoComparison(
                        new CompareOptions(EnumSet.allOf(Metric.class), Gate.defaults(), List.of(), true),
                        (clip, number, clips, frames) -> {})
                .compare(folder.resolve("baseline"), folder.resolve("candidate"), folder.resolve("out"));
        report = Files.readString(folder.resolve("out/comparison.json"));
    }

    private static String manifest(int seed) {
        return """
                {"schema": "generate-video/clip/1", "request": {"prompt": "a red ball", "seed": %d},
                 "clip": {"file": "clip.mp4"}}""".formatted(seed);
    }

    private static Comparison read(String text) throws IOException {
        return Comparison.of("video-comparison", "#1", "job", 1, text);
    }

    @Test
    void tellsWhatTheExecutorFound() throws IOException {
        Comparison comparison = read(report);
        assertThat(comparison.getLevel()).isEqualTo(Level.UNSTABLE);
        assertThat(comparison.getSummary())
                .isEqualTo("2 clips compared with #1: 1 beyond what is allowed, 0 identical");
        ComparedClip worst = comparison.getClipsWorstFirst().get(0);
        assertThat(worst.getName()).isEqualTo("clips/en");
        assertThat(worst.getVerdict()).isEqualTo(Verdict.CHANGED);
        assertThat(worst.getFrames()).isEqualTo(7);
        assertThat(worst.getFps()).isEqualTo("12");
        assertThat(worst.getWhy()).isEqualTo("Something else was asked for: see the changes.");
        assertThat(worst.getChanges()).extracting(ManifestChange::getField).containsExactly("request.seed");
        assertThat(worst.getEvents()).extracting(ClipEvent::getWords).contains("missing frames");
        assertThat(worst.getMissedGates()).extracting(JudgedGate::getFigure).contains("ssim.worst", "missingFrames");
        assertThat(worst.figure("missingFrames")).isEqualTo("2");
    }

    @Test
    void everyFileThatItNamesIsThere() throws IOException {
        assertThat(read(report).files())
                .contains("clips/en/side-by-side.mp4", "clips/en/metrics.png", "clips/en/worst-1.png")
                .allSatisfy(file -> assertThat(folder.resolve("out").resolve(file))
                        .isRegularFile()
                        .isNotEmptyFile());
    }

    @Test
    void aScriptGetsTheVerdict() throws IOException {
        assertThat(read(report).forScript())
                .containsEntry("level", "unstable")
                .containsEntry("verdict", "changed")
                .containsEntry("baseline", "#1")
                .containsEntry("path", "video-comparison")
                .extractingByKey("clips")
                .asString()
                .contains("cause=request", "missedGates=[");
    }

    @Test
    void outlivesARestart() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(read(report));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((Comparison) in.readObject()).forScript())
                    .isEqualTo(read(report).forScript());
        }
    }

    @Test
    void withoutABaselineItSaysSo() {
        Comparison comparison = Comparison.withoutBaseline("video-comparison", Level.UNSTABLE, "there is none");
        assertThat(comparison.getSummary()).isEqualTo("there is none");
        assertThat(comparison.forScript())
                .containsEntry("verdict", "no baseline")
                .containsEntry("level", "unstable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "clips/en/worst-1.png | clips/en/../../worst-1.png",
                "clips/en/worst-1.png | clips/en/worst-1.html",
                "clips/en/worst-1.png | elsewhere/worst-1.png",
                "clips/en/side-by-side.mp4 | clips/en/other.mp4",
                "\"clips/en\" | \"clips/../en\"",
                "\"clips/en\" | \"/etc/en\"",
                "\"clips/en\" | \"clips\\\\en\"",
                "\"level\" : \"failed\" | \"level\" : \"<b>\"",
                "\"verdict\" : \"changed\" | \"verdict\" : 5",
                "generate-video/comparison/1 | generate-video/comparison/2",
            })
    void refusesWhatTheExecutorWouldNotWrite(String written, String tampered) {
        assertThat(report).contains(written);
        assertThatThrownBy(() -> read(report.replace(written, tampered))).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAReportThatIsNone() {
        assertThatThrownBy(() -> read("<html>")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("{}")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read("[".repeat(100_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nested too deep");
    }
}
