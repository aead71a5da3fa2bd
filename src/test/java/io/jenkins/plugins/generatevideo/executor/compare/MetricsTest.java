package io.jenkins.plugins.generatevideo.executor.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.executor.video.EncodingQuality;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {
    @TempDir
    Path folder;

    @Test
    void psnrAndSsimOfEveryFrameAreThoseOfFfmpegsFilters() throws Exception {
        Path baseline = TestClips.baseline(folder.resolve("baseline.mp4"));
        List<byte[]> frames = TestClips.decode(baseline);
        Path candidate = TestClips.encode(
                folder.resolve("candidate.mp4"),
                frames.size(),
                TestClips.RATE,
                new EncodingQuality(26, 2),
                i -> TestClips.brighter(frames.get(i), 0, i));
        ClipComparison comparison = TestClips.compare(baseline, candidate);

        List<String> psnr = statistics("psnr", baseline, candidate);
        List<String> ssim = statistics("ssim", baseline, candidate);
        assertThat(psnr).hasSize(TestClips.FRAMES);
        for (int i = 0; i < TestClips.FRAMES; i++) {
            assertThat(series(comparison, Metric.PSNR).value(i))
                    .isCloseTo(number("psnr_avg:(\\S+)", psnr.get(i)), within(0.01));
            assertThat(series(comparison, Metric.SSIM).value(i))
                    .isCloseTo(number("All:(\\S+)", ssim.get(i)), within(1e-4));
        }
        assertThat(comparison.figures().get("psnr.mean"))
                .isCloseTo(summary("psnr", "average:(\\S+)", baseline, candidate), within(0.01));
        assertThat(comparison.figures().get("ssim.mean"))
                .isCloseTo(summary("ssim", "All:(\\S+)", baseline, candidate), within(1e-4));
    }

    private static MetricSeries series(ClipComparison comparison, Metric metric) {
        return comparison.series().stream()
                .filter(s -> s.metric() == metric)
                .findFirst()
                .orElseThrow();
    }

    private List<String> statistics(String filter, Path baseline, Path candidate) throws Exception {
        Path file = folder.resolve(filter + ".txt");
        ffmpeg(filter + "=stats_file=" + file, baseline, candidate);
        return Files.readAllLines(file);
    }

    private static double summary(String filter, String pattern, Path baseline, Path candidate) throws Exception {
        String log = ffmpeg(filter, baseline, candidate);
        return number(pattern, log.substring(log.lastIndexOf("Parsed_" + filter)));
    }

    /** FFmpeg's own program, which comes with the libraries. */
    private static String ffmpeg(String filter, Path baseline, Path candidate) throws Exception {
        Process process = new ProcessBuilder(
                        Loader.load(org.bytedeco.ffmpeg.ffmpeg.class),
                        "-nostdin",
                        "-i",
                        candidate.toString(),
                        "-i",
                        baseline.toString(),
                        "-lavfi",
                        filter,
                        "-f",
                        "null",
                        "-")
                .redirectErrorStream(true)
                .start();
        String log = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(log).isZero();
        return log;
    }

    private static double number(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    /** Figures of a direct computation in double precision with PyTorch's convolutions, by the paper's formulas. */
    @ParameterizedTest
    @CsvSource({"96, 64, 3, 0.98345882", "256, 192, 5, 0.99230276"})
    void msSsimIsThatOfItsDefinition(int width, int height, int scales, double expected) {
        byte[][] frames = TestClips.differingFrames(width, height);
        MsSsim msSsim = new MsSsim(width, height);
        assertThat(msSsim.scales()).isEqualTo(scales);
        byte[] first = channel(frames[0]);
        byte[] second = channel(frames[1]);
        assertThat(msSsim.measure(first, second)).isCloseTo(expected, within(3e-6));
        assertThat(msSsim.measure(second, first)).isCloseTo(expected, within(3e-6));
        assertThat(msSsim.measure(first, first)).isCloseTo(1, within(1e-6));
    }

    private static byte[] channel(byte[] rgb) {
        byte[] green = new byte[rgb.length / 3];
        for (int i = 0; i < green.length; i++) {
            green[i] = rgb[3 * i + 1];
        }
        return green;
    }

    /** Figures of the authors' program, version 1.7, on the same frames: mean, middle pixel and first pixel. */
    @ParameterizedTest
    @CsvSource({"96, 64, 0.0651098, 0.137531, 0.045245", "256, 192, 0.0588847, 0.107115, 0.045587"})
    void flipIsThatOfItsAuthors(int width, int height, double mean, double middle, double first) {
        byte[][] frames = TestClips.differingFrames(width, height);
        Flip flip = new Flip(width, height);
        assertThat(flip.measure(frames[0], frames[1])).isCloseTo(mean, within(2e-6));
        assertThat((double) flip.map()[height / 2 * width + width / 2]).isCloseTo(middle, within(5e-6));
        assertThat((double) flip.map()[0]).isCloseTo(first, within(5e-6));
        assertThat(flip.measure(frames[0], frames[0])).isZero();
    }

    @Test
    void colourShiftIsTheDistanceOfTheMeanColours() {
        byte[] grey = new byte[300];
        byte[] lighter = new byte[300];
        Arrays.fill(grey, (byte) 119);
        Arrays.fill(lighter, (byte) 122);
        // Lightness of sRGB grey 119 is 50.034 and of 122 is 51.224 (CIE 15, IEC 61966-2-1).
        assertThat(PairMeter.colourShift(grey, lighter)).isCloseTo(1.190, within(0.003));
        assertThat(PairMeter.colourShift(grey, grey)).isZero();
    }

    @Test
    void theMeanOfPsnrIsThatOfTheMeanSquaredError() {
        MetricSeries series = new MetricSeries(Metric.PSNR);
        series.add(40);
        series.add(30);
        series.add(Double.POSITIVE_INFINITY);
        double error = (255 * 255 / 1e4 + 255 * 255 / 1e3 + 0) / 3;
        assertThat(series.mean()).isCloseTo(10 * Math.log10(255 * 255 / error), within(1e-9));
        assertThat(series.worst()).isEqualTo(30);
        assertThat(series.worstIndex()).isEqualTo(1);
    }

    @Test
    void thePercentileLeavesOneFrameInAHundredOut() {
        MetricSeries similarity = new MetricSeries(Metric.SSIM);
        MetricSeries difference = new MetricSeries(Metric.FLIP);
        for (int i = 0; i < 300; i++) {
            similarity.add(1 - i / 1000.0);
            difference.add(i / 1000.0);
        }
        assertThat(similarity.worstPercentile()).isCloseTo(0.703, within(1e-9));
        assertThat(difference.worstPercentile()).isCloseTo(0.297, within(1e-9));
    }

    @Test
    void msSsimNeedsRoomForItsWindow() {
        assertThatThrownBy(() -> new MsSsim(96, 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
