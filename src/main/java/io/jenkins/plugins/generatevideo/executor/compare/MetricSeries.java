package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Metric;
import java.util.Arrays;

/** The values of one metric, one for each pair of frames, and what they come to. */
public final class MetricSeries {
    private static final double PEAK = 255;

    private final Metric metric;
    private double[] values = new double[256];
    private int size;

    MetricSeries(Metric metric) {
        this.metric = metric;
    }

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    public Metric metric() {
        return metric;
    }

    public int size() {
        return size;
    }

    /** The value of pair {@code index}, from 0. */
    public double value(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return values[index];
    }

    /** The mean; for PSNR that of the mean squared error, as FFmpeg gives its average. */
    public double mean() {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += metric == Metric.PSNR ? PEAK * PEAK / Math.pow(10, values[i] / 10) : values[i];
        }
        double mean = sum / size;
        return metric == Metric.PSNR ? 10 * Math.log10(PEAK * PEAK / mean) : mean;
    }

    /** The pair with the worst value, the first of them; from 0. */
    public int worstIndex() {
        int worst = 0;
        for (int i = 1; i < size; i++) {
            if (metric.higherIsBetter() ? values[i] < values[worst] : values[i] > values[worst]) {
                worst = i;
            }
        }
        return worst;
    }

    /** The minimum or maximum, whichever is worse for this metric. */
    public double worst() {
        return values[worstIndex()];
    }

    /** The value that only one of a hundred pairs falls short of (nearest rank); with up to 100 pairs the worst. */
    public double worstPercentile() {
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        int rank = Math.max(0, (int) Math.ceil(size / 100.0) - 1);
        return metric.higherIsBetter() ? sorted[rank] : sorted[size - 1 - rank];
    }
}
