package io.jenkins.plugins.generatevideo.executor.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.EncodingQuality;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the default gates say about differences that are known. */
class PlantedDifferencesTest {
    @TempDir
    Path folder;

    private Path baseline;

    @BeforeEach
    void encodeBaseline() throws ExecutorException {
        baseline = TestClips.baseline(folder.resolve("baseline.mp4"));
    }

    private ClipComparison against(int frames, IntFunction<byte[]> source) throws ExecutorException {
        return TestClips.compare(baseline, TestClips.encode(folder.resolve("candidate.mp4"), frames, source));
    }

    private static List<String> notPassed(ClipComparison comparison) {
        return comparison.gates().stream()
                .filter(result -> !result.passed())
                .map(result -> result.gate().figure())
                .toList();
    }

    @Test
    void theSameClipIsIdentical() throws ExecutorException {
        ClipComparison comparison = TestClips.compare(baseline, TestClips.baseline(folder.resolve("again.mp4")));
        assertThat(comparison.verdict()).isEqualTo(Verdict.IDENTICAL);
        assertThat(comparison.figures().get("psnr.worst")).isInfinite();
        assertThat(comparison.figures().get("flip.worst")).isZero();
        assertThat(comparison.level()).isEqualTo(Level.PASSED);
    }

    @Test
    void reEncodingAtTheSameQualityIsNoAlarm() throws ExecutorException {
        List<byte[]> decoded = TestClips.decode(baseline);
        ClipComparison comparison = against(decoded.size(), decoded::get);
        assertThat(notPassed(comparison)).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.WITHIN_TOLERANCE);
    }

    @Test
    void reEncodingAtALowQualityIsSeen() throws ExecutorException {
        Path candidate = TestClips.encode(
                folder.resolve("candidate.mp4"),
                TestClips.FRAMES,
                TestClips.RATE,
                new EncodingQuality(34, 2),
                TestClips::frame);
        assertThat(notPassed(TestClips.compare(baseline, candidate))).contains("ssim.worst", "flip.worst");
    }

    @Test
    void oneAlteredFrameIsSeen() throws ExecutorException {
        ClipComparison comparison =
                against(TestClips.FRAMES, i -> i == 12 ? TestClips.patched(TestClips.frame(i)) : TestClips.frame(i));
        assertThat(notPassed(comparison)).contains("psnr.worst", "ssim.worst");
        MetricSeries psnr = comparison.series().get(0);
        assertThat(psnr.metric()).isEqualTo(Metric.PSNR);
        assertThat(psnr.worstIndex()).isEqualTo(12);
    }

    @Test
    void aColourShiftOfOnePercentIsSeen() throws ExecutorException {
        ClipComparison comparison = against(TestClips.FRAMES, i -> TestClips.brighter(TestClips.frame(i), 0, 3));
        assertThat(notPassed(comparison)).contains("colourShift.worst").doesNotContain("psnr.worst", "ssim.worst");
    }

    @Test
    void aDroppedFrameIsNamedWithItsTime() throws ExecutorException {
        ClipComparison comparison = against(TestClips.FRAMES - 1, i -> TestClips.frame(i < 12 ? i : i + 1));
        assertThat(notPassed(comparison))
                .contains("droppedFrames", "missingFrames")
                .doesNotContain("repeatedFrames");
        assertThat(comparison.figures().get("droppedFrames")).isEqualTo(1);
        assertThat(comparison.events())
                .extracting(ClipComparison.Event::sentence)
                .contains("At 1.00 s the candidate has dropped 1 frame(s).")
                .contains("At 2.00 s the candidate ends 1 frame(s) before the baseline.");
    }

    @Test
    void aRepeatedFrameIsNamedWithItsTime() throws ExecutorException {
        ClipComparison comparison = against(TestClips.FRAMES, i -> TestClips.frame(i < 9 ? i : i - 1));
        assertThat(comparison.figures().get("repeatedFrames")).isEqualTo(1);
        assertThat(comparison.figures().get("droppedFrames")).isZero();
        assertThat(comparison.events())
                .extracting(ClipComparison.Event::sentence)
                .containsExactly("At 0.75 s the candidate has repeated 1 frame(s).");
    }

    @Test
    void aFreezeIsNamedWithItsTime() throws ExecutorException {
        ClipComparison comparison = against(TestClips.FRAMES, i -> TestClips.frame(Math.min(i, 12)));
        assertThat(comparison.figures().get("frozenSeconds")).isBetween(0.8, 1.1);
        assertThat(notPassed(comparison)).contains("frozenSeconds");
    }

    @Test
    void aStillClipIsNotFrozenAgainstAStillBaseline() throws ExecutorException {
        Path still = TestClips.encode(folder.resolve("still.mp4"), 13, i -> TestClips.frame(5));
        ClipComparison comparison = TestClips.compare(still, still);
        assertThat(comparison.verdict()).isEqualTo(Verdict.IDENTICAL);
        assertThat(comparison.figures().get("frozenSeconds")).isZero();
    }

    @Test
    void flickerIsSeen() throws ExecutorException {
        ClipComparison comparison = against(TestClips.FRAMES, i -> {
            byte[] frame = TestClips.frame(i);
            for (int channel = 0; channel < 3; channel++) {
                frame = TestClips.brighter(frame, channel, i % 2 == 0 ? 0 : 4);
            }
            return frame;
        });
        assertThat(notPassed(comparison)).contains("flickerDifference.mean", "motionDifference.mean");
    }

    @Test
    void aSceneCutThatTheBaselineHasNotIsNamed() throws ExecutorException {
        ClipComparison comparison = against(TestClips.FRAMES, i -> {
            byte[] frame = TestClips.frame(i);
            if (i >= 10) {
                for (int at = 0; at < frame.length; at++) {
                    frame[at] = (byte) (255 - (frame[at] & 0xff));
                }
            }
            return frame;
        });
        assertThat(comparison.candidate().sceneCuts()).hasSize(1);
        assertThat(comparison.baseline().sceneCuts()).isEmpty();
        assertThat(comparison.events())
                .extracting(ClipComparison.Event::sentence)
                .contains("At 0.83 s only the candidate cuts to another scene.");
        assertThat(comparison.level()).isEqualTo(Level.FAILED);
    }

    @Test
    void anotherMotionFails() throws ExecutorException {
        ClipComparison comparison = against(TestClips.FRAMES, i -> TestClips.frame(TestClips.FRAMES - 1 - i));
        assertThat(comparison.verdict()).isEqualTo(Verdict.CHANGED);
        assertThat(comparison.level()).isEqualTo(Level.FAILED);
    }

    @Test
    void clipsOfDifferentFrameRatesAreAlignedInTime() throws ExecutorException {
        Path twice = TestClips.encode(
                folder.resolve("twice.mp4"),
                2 * TestClips.FRAMES,
                FrameRate.of(24),
                EncodingQuality.NEAR_TRANSPARENT,
                i -> TestClips.frame(i / 2));
        for (ClipComparison comparison :
                List.of(TestClips.compare(baseline, twice), TestClips.compare(twice, baseline))) {
            assertThat(comparison.seconds()).hasSize(TestClips.FRAMES);
            assertThat(comparison.figures().get("psnr.worst")).isGreaterThan(45);
            assertThat(comparison.figures().get("missingFrames")).isZero();
            assertThat(comparison.verdict()).isEqualTo(Verdict.WITHIN_TOLERANCE);
        }
    }
}
