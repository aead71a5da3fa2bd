package io.jenkins.plugins.generatevideo.executor.compare;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The figures of one comparison by their names, which gates refer to. */
public final class Figures {
    static final String MISSING_FRAMES = "missingFrames";
    static final String DROPPED_FRAMES = "droppedFrames";
    static final String REPEATED_FRAMES = "repeatedFrames";
    static final String FROZEN_SECONDS = "frozenSeconds";
    static final String SCENE_CUT_DIFFERENCES = "sceneCutDifferences";

    private final Map<String, Double> values = new TreeMap<>();

    /** All names that there are. */
    public static Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Metric metric : Metric.values()) {
            names.add(metric.key() + ".mean");
            names.add(metric.key() + ".worst");
            names.add(metric.key() + ".percentile");
        }
        names.add(MISSING_FRAMES);
        names.add(DROPPED_FRAMES);
        names.add(REPEATED_FRAMES);
        names.add(FROZEN_SECONDS);
        names.add(SCENE_CUT_DIFFERENCES);
        return names;
    }

    void add(MetricSeries series) {
        String key = series.metric().key();
        values.put(key + ".mean", series.mean());
        values.put(key + ".worst", series.worst());
        values.put(key + ".percentile", series.worstPercentile());
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
