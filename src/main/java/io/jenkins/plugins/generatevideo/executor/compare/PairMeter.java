package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.Picture;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Measures pairs of frames by the metrics that were asked for; its buffers are used for every pair. */
final class PairMeter implements AutoCloseable {
    /**
     * Frames with more pixels are reduced by a whole factor before ꟻLIP looks at them, as if seen from farther away: its
     * filters cost a thousand operations a pixel.
     */
    private static final int MOST_FLIP_PIXELS = 640 * 480;

    private static final int SMALLEST_MS_SSIM_SIDE = 11;

    private final FramePairs pairs;
    private final Set<Metric> metrics;
    private final Map<Metric, Double> values = new EnumMap<>(Metric.class);
    private final int width;
    private final int height;
    private final byte[] baselineLuma;
    private final byte[] candidateLuma;
    private final byte[] baselineRgb;
    private final byte[] candidateRgb;
    private final int reduction;
    private Flip flip;
    private MsSsim msSsim;
    private FfmpegMetrics ffmpeg;
    private boolean identical = true;

    PairMeter(FramePairs pairs, Set<Metric> metrics) {
        this.pairs = pairs;
        this.metrics = metrics;
        width = pairs.baseline().width();
        height = pairs.baseline().height();
        baselineLuma = new byte[width * height];
        candidateLuma = new byte[width * height];
        baselineRgb = new byte[width * height * 3];
        candidateRgb = new byte[width * height * 3];
        int factor = 1;
        while ((long) (width / factor) * (height / factor) > MOST_FLIP_PIXELS) {
            factor++;
        }
        reduction = factor;
        if (metrics.contains(Metric.FLIP)) {
            flip = new Flip(width / reduction, height / reduction);
        }
        if (metrics.contains(Metric.MS_SSIM) && Math.min(width, height) >= SMALLEST_MS_SSIM_SIDE) {
            msSsim = new MsSsim(width, height);
        }
    }

    /** Measures the current pair; its values replace those of the last. */
    void measure() throws ExecutorException {
        values.clear();
        boolean needsRgb = metrics.contains(Metric.FLIP) || metrics.contains(Metric.COLOUR_SHIFT);
        boolean bytePlanes =
                LumaReader.hasBytePlane(pairs.baselineFrame()) && LumaReader.hasBytePlane(pairs.candidateFrame());
        if (needsRgb || !bytePlanes) {
            pairs.baseline().rgb24(pairs.baselineFrame(), baselineRgb);
            pairs.candidate().rgb24(pairs.candidateFrame(), candidateRgb);
        }
        if (bytePlanes) {
            LumaReader.read(pairs.baselineFrame(), baselineLuma);
            LumaReader.read(pairs.candidateFrame(), candidateLuma);
        } else {
            LumaReader.fromRgb(baselineRgb, baselineLuma);
            LumaReader.fromRgb(candidateRgb, candidateLuma);
        }
        if (metrics.contains(Metric.PSNR) || metrics.contains(Metric.SSIM)) {
            measureByFfmpeg();
        } else {
            identical &= Arrays.equals(baselineLuma, candidateLuma)
                    && (!needsRgb || Arrays.equals(baselineRgb, candidateRgb));
        }
        if (msSsim != null) {
            boolean same = Arrays.equals(baselineLuma, candidateLuma);
            values.put(Metric.MS_SSIM, same ? 1 : msSsim.measure(baselineLuma, candidateLuma));
        }
        if (flip != null) {
            values.put(
                    Metric.FLIP,
                    flip.measure(
                            new Picture(width, height, baselineRgb)
                                    .reduced(reduction)
                                    .rgb24(),
                            new Picture(width, height, candidateRgb)
                                    .reduced(reduction)
                                    .rgb24()));
        }
        if (metrics.contains(Metric.COLOUR_SHIFT)) {
            values.put(Metric.COLOUR_SHIFT, colourShift(baselineRgb, candidateRgb));
        }
    }

    private void measureByFfmpeg() throws ExecutorException {
        if (ffmpeg == null) {
            ffmpeg = new FfmpegMetrics(pairs.baselineFrame(), pairs.candidateFrame());
        }
        FfmpegMetrics.Figures figures =
                ffmpeg.measure(pairs.pairs() - 1, pairs.baselineFrame(), pairs.candidateFrame());
        identical &= Double.isInfinite(figures.psnr());
        if (metrics.contains(Metric.PSNR)) {
            values.put(Metric.PSNR, figures.psnr());
        }
        if (metrics.contains(Metric.SSIM)) {
            values.put(Metric.SSIM, figures.ssim());
        }
    }

    /** The distance in CIELAB between the mean colours of two frames. */
    static double colourShift(byte[] baselineRgb, byte[] candidateRgb) {
        double[] first = meanLab(baselineRgb);
        double[] second = meanLab(candidateRgb);
        return Math.sqrt(Math.pow(first[0] - second[0], 2)
                + Math.pow(first[1] - second[1], 2)
                + Math.pow(first[2] - second[2], 2));
    }

    private static double[] meanLab(byte[] rgb) {
        long red = 0;
        long green = 0;
        long blue = 0;
        for (int at = 0; at < rgb.length; at += 3) {
            red += rgb[at] & 0xff;
            green += rgb[at + 1] & 0xff;
            blue += rgb[at + 2] & 0xff;
        }
        double pixels = rgb.length / 3.0;
        return FlipColour.lab(red / pixels, green / pixels, blue / pixels);
    }

    /** What was measured of the current pair. */
    Map<Metric, Double> values() {
        return values;
    }

    /** The luma of the current pair's frames, as means of blocks. */
    float[] baselineBlocks() {
        return LumaBlocks.of(baselineLuma, width, height);
    }

    float[] candidateBlocks() {
        return LumaBlocks.of(candidateLuma, width, height);
    }

    /** The current pair for drawing; without {@link Metric#FLIP} it has no difference and no frames that can be drawn. */
    ComparedPair drawable() {
        return new ComparedPair(
                pairs.pairs() - 1,
                pairs.seconds(),
                new Picture(width, height, baselineRgb),
                new Picture(width, height, candidateRgb),
                flip == null ? new float[0] : flip.map(),
                flip == null ? 0 : flip.width(),
                flip == null ? 0 : flip.height(),
                flip == null ? 0 : values.get(Metric.FLIP));
    }

    /** By what factor frames were reduced before ꟻLIP. */
    int reduction() {
        return reduction;
    }

    /** Whether all pairs so far were equal, bit for bit. */
    boolean identical() {
        return identical;
    }

    @Override
    public void close() {
        if (ffmpeg != null) {
            ffmpeg.close();
        }
    }
}
