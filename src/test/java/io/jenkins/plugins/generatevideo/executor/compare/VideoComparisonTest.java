package io.jenkins.plugins.generatevideo.executor.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import io.jenkins.plugins.generatevideo.executor.video.EncodingQuality;
import io.jenkins.plugins.generatevideo.executor.video.Scenes;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class VideoComparisonTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path folder;

    private static VideoComparison comparison(CompareOptions options) {
        return new VideoComparison(options, ComparisonObserver.NONE);
    }

    @Test
    void aChangedClipIsReportedWithItsPictures() throws Exception {
        Path baseline = TestClips.baseline(folder.resolve("baseline.mp4"));
        Path candidate = TestClips.encode(
                folder.resolve("candidate.mp4"),
                TestClips.FRAMES,
                i -> i == 12 ? TestClips.patched(TestClips.frame(i)) : TestClips.frame(i));
        Path output = folder.resolve("out");
        VideoComparison.Result result = comparison(CompareOptions.standard()).compare(baseline, candidate, output);
        assertThat(result.level()).isEqualTo(Level.UNSTABLE);
        assertThat(result.exitCode()).isEqualTo(ExitCode.BELOW_THRESHOLD);

        JsonNode report = MAPPER.readTree(output.resolve("comparison.json").toFile());
        assertThat(report.path("schema").asText()).isEqualTo("generate-video/comparison/1");
        assertThat(report.path("level").asText()).isEqualTo("unstable");
        JsonNode clip = report.path("clips").path(0);
        assertThat(clip.path("name").asText()).isEqualTo("candidate");
        assertThat(clip.path("verdict").asText()).isEqualTo("changed");
        assertThat(clip.path("figures").path("psnr.worst").asDouble()).isBetween(20.0, 40.0);
        assertThat(clip.path("frames").path("flip")).hasSize(TestClips.FRAMES);
        assertThat(clip.path("frames").path("psnr").path(3).asText()).isEqualTo("infinite");

        try (ClipDecoder decoder = new ClipDecoder(output.resolve("side-by-side.mp4"))) {
            assertThat(decoder.frameRate()).isEqualTo(TestClips.RATE);
            assertThat(decoder.frameCount()).hasValue(TestClips.FRAMES);
            assertThat(decoder.width()).isGreaterThanOrEqualTo(3 * 288);
        }
        BufferedImage worst = ImageIO.read(output.resolve("worst-1.png").toFile());
        // The panels are three times as large as the frames; the planted square is at 15, 11, below a header of 24.
        Color square = new Color(worst.getRGB(2 * 292 + 3 * 15, 24 + 3 * 11));
        Color elsewhere = new Color(worst.getRGB(2 * 292 + 3 * 90, 24 + 3 * 60));
        assertThat(square.getRed()).isGreaterThan(200);
        assertThat(elsewhere.getRed()).isLessThan(60);
        assertThat(ImageIO.read(output.resolve("metrics.png").toFile()).getWidth())
                .isEqualTo(960);
    }

    @Test
    void junitXmlHasASuiteForEachClipAndATestForEachGate() throws Exception {
        Path baseline = Files.createDirectories(folder.resolve("baseline"));
        Path candidate = Files.createDirectories(folder.resolve("candidate"));
        TestClips.baseline(baseline.resolve("same.mp4"));
        TestClips.baseline(candidate.resolve("same.mp4"));
        TestClips.baseline(baseline.resolve("lost.mp4"));
        TestClips.baseline(candidate.resolve("new.mp4"));
        TestClips.baseline(baseline.resolve("damaged.mp4"));
        Files.writeString(candidate.resolve("damaged.mp4"), "not a video");
        CompareOptions options =
                new CompareOptions(Set.of(Metric.SSIM), List.of(Gate.parse("ssim.mean>=0.97")), List.of(), false);
        VideoComparison.Result result = comparison(options).compare(baseline, candidate, folder.resolve("out"));

        assertThat(result.clips())
                .extracting(clip -> clip.pair().name(), ClipComparison::verdict, ClipComparison::level)
                .containsExactly(
                        tuple("damaged", Verdict.NOT_COMPARED, Level.FAILED),
                        tuple("lost", Verdict.NOT_COMPARED, Level.FAILED),
                        tuple("new", Verdict.NOT_COMPARED, Level.PASSED),
                        tuple("same", Verdict.IDENTICAL, Level.PASSED));
        Document xml = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("out/junit.xml").toFile());
        assertThat(xml.getElementsByTagName("testsuite").getLength()).isEqualTo(4);
        assertThat(xml.getElementsByTagName("failure").getLength()).isEqualTo(2);
        assertThat(xml.getElementsByTagName("skipped").getLength()).isEqualTo(1);
        Element same = (Element) xml.getElementsByTagName("testsuite").item(3);
        assertThat(same.getAttribute("name")).isEqualTo("same");
        assertThat(((Element) same.getElementsByTagName("testcase").item(0)).getAttribute("name"))
                .isEqualTo("ssim.mean at least 0.97");
        // Without pictures there are the two reports and nothing else.
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(2);
        }
    }

    @Test
    void videosOfDifferentSizesAreRefused() throws Exception {
        Path baseline = TestClips.baseline(folder.resolve("baseline.mp4"));
        Path other = Scenes.discClip(folder.resolve("other.mp4"), 128, 64, 3, TestClips.RATE);
        ExecutorException refusal = catchThrowableOfType(
                ExecutorException.class,
                () -> comparison(CompareOptions.standard()).compare(baseline, other, folder.resolve("out")));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_REQUEST);
        assertThat(refusal).hasMessageContaining("128x64").hasMessageContaining("96x64");
        assertThat(folder.resolve("out")).isEmptyDirectory();
    }

    @Test
    void aFolderAndAFileAreRefused() throws Exception {
        Path clip = TestClips.baseline(folder.resolve("baseline.mp4"));
        assertThatThrownBy(() -> comparison(CompareOptions.standard()).compare(folder, clip, folder.resolve("out")))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("folder");
    }

    @Test
    void aClipWithAFolderOfItsOwnIsCalledByTheFolder() throws Exception {
        TestClips.baseline(Files.createDirectories(folder.resolve("golden")).resolve("en.mp4"));
        TestClips.baseline(
                Files.createDirectories(folder.resolve("candidate/en")).resolve("clip.mp4"));
        CompareOptions options = new CompareOptions(Set.of(Metric.SSIM), List.of(), List.of(), false);
        VideoComparison.Result result =
                comparison(options).compare(folder.resolve("golden"), folder.resolve("candidate"), folder.resolve("o"));
        assertThat(result.clips())
                .extracting(clip -> clip.pair().name(), ClipComparison::verdict)
                .containsExactly(tuple("en", Verdict.IDENTICAL));
    }

    @Test
    void manifestsLeadToTheirClipsAndExplainTheDifference() throws Exception {
        Path first = Files.createDirectories(folder.resolve("1"));
        Path second = Files.createDirectories(folder.resolve("2"));
        TestClips.baseline(first.resolve("clip.mp4"));
        TestClips.encode(
                second.resolve("clip.mp4"),
                TestClips.FRAMES,
                TestClips.RATE,
                new EncodingQuality(30, 2),
                TestClips::frame);
        Files.writeString(first.resolve("clip.json"), manifest(7, "1.29.0"));
        Files.writeString(second.resolve("clip.json"), manifest(8, "1.30.0"));
        VideoComparison.Result result = comparison(CompareOptions.standard())
                .compare(first.resolve("clip.json"), second.resolve("clip.json"), folder.resolve("out"));
        Explanation explanation = result.clips().get(0).explanation();
        assertThat(explanation.cause()).isEqualTo(Explanation.Cause.REQUEST);
        assertThat(explanation.sentence())
                .isEqualTo("The frames differ, and so do the seed and the backend's version.");
        assertThat(explanation.changes())
                .extracting(Explanation.Change::field)
                .containsExactly("request.seed", "backend.version");
    }

    private static String manifest(int seed, String version) {
        return """
                {"schema": "generate-video/clip/1", "request": {"prompt": "a red ball", "seed": %d},
                 "clip": {"file": "clip.mp4"}, "backend": {"name": "onnxruntime", "version": "%s"}}""".formatted(seed, version);
    }

    @Test
    void aManifestCannotLeadElsewhere() throws Exception {
        TestClips.baseline(folder.resolve("clip.mp4"));
        Path inner = Files.createDirectories(folder.resolve("inner"));
        Path manifest = Files.writeString(inner.resolve("clip.json"), "{\"clip\": {\"file\": \"../clip.mp4\"}}");
        assertThatThrownBy(() -> comparison(CompareOptions.standard())
                        .compare(manifest, folder.resolve("clip.mp4"), folder.resolve("out")))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("names no video beside it");
    }

    @Test
    void earlierComparisonsAreTheMeasureOfAGateThatAsksForThem() throws Exception {
        Path baseline = TestClips.baseline(folder.resolve("clip.mp4"));
        Path candidate = TestClips.encode(
                Files.createDirectories(folder.resolve("candidate")).resolve("clip.mp4"),
                TestClips.FRAMES,
                TestClips.RATE,
                new EncodingQuality(24, 2),
                TestClips::frame);
        Path history = Files.writeString(
                folder.resolve("history.json"),
                "{\"clips\": [{\"name\": \"clip\", \"figures\": {\"psnr.mean\": 60.5}}]}");
        for (List<Path> files : List.of(List.<Path>of(), List.of(history))) {
            CompareOptions options = new CompareOptions(
                    Set.of(Metric.PSNR), List.of(Gate.parse("psnr.mean>=history-2:unstable")), files, false);
            VideoComparison.Result result = comparison(options).compare(baseline, candidate, folder.resolve("out"));
            assertThat(result.level()).isEqualTo(files.isEmpty() ? Level.PASSED : Level.UNSTABLE);
        }
    }
}
