package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import java.util.Map;
import java.util.TreeMap;

/** The figures of one comparison by their names, which gates refer to. */
public final class Figures {
    private final Map<String, Double> values = new TreeMap<>();

    void add(MetricSeries series) {
        String key = series.metric().key();
        values.put(key + ComparisonFigure.MEAN, series.mean());
        values.put(key + ComparisonFigure.WORST, series.worst());
        values.put(key + ComparisonFigure.PERCENTILE, series.worstPercentile());
    }

    void put(String name, double value) {
        values.put(name, value);
    }

    /** The value, or {@code NaN} if it was not measured. */
    public double get(String name) {
        return values.getOrDefault(name, Double.NaN);
    }

    /** What was measured, by name. */
    public Map<String, Double> values() {
        return Map.copyOf(values);
    }
}
