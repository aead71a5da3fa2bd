package io.jenkins.plugins.generatevideo.executor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipEncoder;
import io.jenkins.plugins.generatevideo.executor.video.EncodingQuality;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import io.jenkins.plugins.generatevideo.executor.video.Scenes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {
    private static final FrameRate RATE = FrameRate.of(12);

    @TempDir
    Path folder;

    private ExecutorProcess compare(Path baseline, Path candidate, String... options) throws Exception {
        String[] arguments = Stream.concat(
                        Stream.of("compare", baseline.toString(), candidate.toString(), "--output", out().toString()),
                        Stream.of(options))
                .toArray(String[]::new);
        return ExecutorProcess.run(folder.resolve("cache"), arguments);
    }

    private Path out() {
        return folder.resolve("out");
    }

    private Path clip(String name) throws ExecutorException {
        return Scenes.discClip(folder.resolve(name), 96, 64, 9, RATE);
    }

    private Path coarseClip() throws ExecutorException {
        Path file = folder.resolve("coarse.mp4");
        try (ClipEncoder encoder = new ClipEncoder(file, 96, 64, RATE, new EncodingQuality(40, 2))) {
            for (int i = 0; i < 9; i++) {
                encoder.write(Scenes.disc(96, 64, i, 9));
            }
            encoder.finish();
        }
        return file;
    }

    @Test
    void equalClipsEndWithZero() throws Exception {
        ExecutorProcess process = compare(clip("a.mp4"), clip("b.mp4"));
        assertThat(process.exitCode()).as(process.messages()).isZero();
        assertThat(process.output()).last().asString().contains("\"verdict\":\"identical\"", "\"level\":\"passed\"");
        assertThat(out()).isDirectoryContaining("glob:**/comparison.json").isDirectoryContaining("glob:**/junit.xml");
        assertThat(process.messages()).isEmpty();
    }

    @Test
    void clipsBelowAThresholdEndWithSix() throws Exception {
        ExecutorProcess process = compare(clip("a.mp4"), coarseClip(), "--min-ssim", "0.97", "--no-pictures");
        assertThat(process.exitCode()).isEqualTo(6);
        assertThat(process.output()).last().asString().contains("\"level\":\"failed\"", "ssim.mean is 0.");
        assertThat(process.output()).last().asString().doesNotContain("psnr");
    }

    @Test
    void aThresholdThatIsMetEndsWithZeroWhateverTheDefaultsSay() throws Exception {
        ExecutorProcess process =
                compare(clip("a.mp4"), coarseClip(), "--min-psnr", "20", "--metrics", "psnr", "--no-pictures");
        assertThat(process.exitCode()).as(process.messages()).isZero();
    }

    @Test
    void withUnstableOnlyNothingFails() throws Exception {
        ExecutorProcess process =
                compare(clip("a.mp4"), coarseClip(), "--gate", "ssim.mean>=0.999", "--unstable-only", "--no-pictures");
        assertThat(process.exitCode()).isEqualTo(6);
        assertThat(process.output()).last().asString().contains("\"level\":\"unstable\"");
    }

    @Test
    void whatCannotBeAskedIsSaidInASentence() throws Exception {
        Path clip = clip("a.mp4");
        for (List<String> options : List.of(
                List.of("--metrics", "vmaf"),
                List.of("--gate", "ssim.mean"),
                List.of("--metrics", "psnr", "--min-ssim", "0.9"),
                List.of("--history", folder.resolve("none.json").toString()))) {
            ExecutorProcess process = compare(clip, clip, options.toArray(String[]::new));
            assertThat(process.exitCode()).as("%s", options).isEqualTo(2);
            assertThat(process.messages().lines()).as("%s", options).hasSize(1);
        }
        ExecutorProcess process = compare(clip, folder.resolve("missing.mp4"));
        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.messages()).contains("missing.mp4");
    }

    @Test
    void aSignalEndsItAndLeavesNothing() throws Exception {
        Path longClip = Scenes.discClip(folder.resolve("long.mp4"), 96, 64, 3000, RATE);
        try (ExecutorProcess process = ExecutorProcess.start(
                folder.resolve("cache"),
                "compare",
                longClip.toString(),
                longClip.toString(),
                "--output",
                out().toString(),
                "--progress",
                "json")) {
            process.awaitOutput("\"stage\":\"compare\"");
            process.signal("TERM");
            assertThat(process.exitCode()).isEqualTo(130);
        }
        try (Stream<Path> files = Files.list(out())) {
            assertThat(files).isEmpty();
        }
    }
}
