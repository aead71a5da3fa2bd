package io.jenkins.plugins.generatevideo.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A line of values as a picture of {@value #WIDTH} by {@value #HEIGHT} units, for an SVG element. Of very many values it
 * shows the worst of each neighbourhood.
 */
public final class Plot {
    public static final int WIDTH = 640;
    public static final int HEIGHT = 100;

    private static final int MOST_POINTS = 640;

    /** The value drawn for what is infinite, the PSNR of equal frames: beyond it nobody sees anything. */
    private static final double HIGHEST = 60;

    private final String title;
    private final double[] values;
    private final double[] limits;
    private final double lowest;
    private final double highest;

    /**
     * @param title with the unit
     * @param values one or more, from left to right, possibly infinite
     * @param limits bounds to be drawn, possibly none
     */
    Plot(String title, double[] values, boolean higherIsBetter, List<Double> limits) {
        this.title = title;
        this.values = thinned(values, higherIsBetter);
        this.limits = limits.stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .toArray();
        double low = all().min().orElse(0);
        double high = all().max().orElse(0);
        // A line that is all the same stands in the middle.
        double margin = high > low ? (high - low) * 0.05 : Math.max(1e-6, Math.abs(high) * 0.05);
        lowest = low - margin;
        highest = high + margin;
    }

    private DoubleStream all() {
        return DoubleStream.concat(Arrays.stream(values).map(Plot::finite), Arrays.stream(limits));
    }

    public String getTitle() {
        return title;
    }

    /** The line, as the points of an SVG polyline. */
    public String getPoints() {
        if (values.length == 1) {
            // One point alone would not be seen.
            String y = coordinate(y(finite(values[0])));
            return "0.0," + y + " " + coordinate(WIDTH) + "," + y;
        }
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            double x = (double) i * WIDTH / (values.length - 1);
            points.append(coordinate(x))
                    .append(',')
                    .append(coordinate(y(finite(values[i]))))
                    .append(' ');
        }
        return points.toString().trim();
    }

    /** How far down each bound is. */
    public List<String> getLimits() {
        return Arrays.stream(limits).mapToObj(limit -> coordinate(y(limit))).toList();
    }

    /** The values that the line shows, for whoever points at it: numbers with spaces between. */
    public String getValues() {
        return Arrays.stream(values).mapToObj(ComparisonWords::number).collect(Collectors.joining(" "));
    }

    /** The least and the greatest value. */
    public String getRange() {
        return ComparisonWords.number(Arrays.stream(values).min().orElse(0)) + " – "
                + ComparisonWords.number(Arrays.stream(values).max().orElse(0));
    }

    private double y(double value) {
        return HEIGHT * (highest - value) / (highest - lowest);
    }

    private static double finite(double value) {
        return Double.isInfinite(value) ? HIGHEST : value;
    }

    private static String coordinate(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static double[] thinned(double[] values, boolean higherIsBetter) {
        if (values.length <= MOST_POINTS) {
            return values;
        }
        double[] thinned = new double[MOST_POINTS];
        for (int i = 0; i < MOST_POINTS; i++) {
            int from = (int) ((long) i * values.length / MOST_POINTS);
            int to = (int) ((i + 1L) * values.length / MOST_POINTS);
            DoubleStream near = Arrays.stream(values, from, to);
            thinned[i] = (higherIsBetter ? near.min() : near.max()).orElseThrow();
        }
        return thinned;
    }
}
