package io.jenkins.plugins.generatevideo.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.executor.compare.CompareOptions;
import io.jenkins.plugins.generatevideo.executor.compare.VideoComparison;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import io.jenkins.plugins.generatevideo.executor.video.Scenes;
import io.jenkins.plugins.generatevideo.report.Comparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the controller remembers of earlier comparisons is what the executor's gates can go by. */
class ComparisonHistoryTest {
    @TempDir
    Path folder;

    private VideoComparison.Result compare(Path candidate, Path output, Gate gate, List<Path> history)
            throws Exception {
        return new VideoComparison(
                        new CompareOptions(EnumSet.of(Metric.PSNR), List.of(gate), history, false),
                        (clip, number, clips, frames) -> {})
                .compare(folder.resolve("baseline"), candidate, output);
    }

    private Path clips(String name, int frames) throws Exception {
        Path clips = Files.createDirectories(folder.resolve(name));
        Scenes.discClip(clips.resolve("en.mp4"), 96, 64, frames, FrameRate.of(12));
        return clips;
    }

    @Test
    void theExecutorReadsWhatTheControllerRemembers() throws Exception {
        Path same = clips("baseline", 9);
        Path other = clips("candidate", 7);
        compare(same, folder.resolve("out"), Gate.parse("psnr.mean>=30"), List.of());
        Comparison earlier =
                Comparison.of("out", "#1", null, 0, Files.readString(folder.resolve("out/comparison.json")));

        Path history = Files.writeString(folder.resolve("history.json"), ComparisonHistory.report(earlier));
        JsonNode figures = new ObjectMapper().readTree(history.toFile()).at("/clips/0/figures");
        assertThat(figures.path("psnr.mean").asText()).isEqualTo("infinite");

        Gate asUsual = Gate.parse("psnr.mean>=history");
        assertThat(compare(same, folder.resolve("o2"), asUsual, List.of(history))
                        .level())
                .isEqualTo(Level.PASSED);
        assertThat(compare(other, folder.resolve("o3"), asUsual, List.of(history))
                        .level())
                .isEqualTo(Level.FAILED);
        assertThat(compare(other, folder.resolve("o4"), asUsual, List.of()).level())
                .as("without history there is nothing to go by")
                .isEqualTo(Level.PASSED);
    }

    @Test
    void readsGatesWithCommasOrLineEndsBetween() {
        assertThat(ComparisonParameters.split("ssim.mean>=0.9, flip.worst<=0.1:unstable\r\n\n psnr.mean>=history-2"))
                .containsExactly("ssim.mean>=0.9", "flip.worst<=0.1:unstable", "psnr.mean>=history-2");
        assertThat(ComparisonParameters.split(null)).isEmpty();
    }
}
