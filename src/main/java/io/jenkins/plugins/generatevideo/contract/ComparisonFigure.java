package io.jenkins.plugins.generatevideo.contract;

import java.util.LinkedHashSet;
import java.util.Set;

/** The names of the figures that a comparison comes to: what gates refer to and {@code comparison.json} holds. */
public final class ComparisonFigure {
    public static final String MEAN = ".mean";
    /** The minimum or the maximum, whichever is worse. */
    public static final String WORST = ".worst";
    /** What only one frame of a hundred falls short of. */
    public static final String PERCENTILE = ".percentile";

    public static final String MISSING_FRAMES = "missingFrames";
    public static final String DROPPED_FRAMES = "droppedFrames";
    public static final String REPEATED_FRAMES = "repeatedFrames";
    public static final String FROZEN_SECONDS = "frozenSeconds";
    public static final String SCENE_CUT_DIFFERENCES = "sceneCutDifferences";

    private ComparisonFigure() {}

    /** All names that there are. */
    public static Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (Metric metric : Metric.values()) {
            names.add(metric.key() + MEAN);
            names.add(metric.key() + WORST);
            names.add(metric.key() + PERCENTILE);
        }
        names.add(MISSING_FRAMES);
        names.add(DROPPED_FRAMES);
        names.add(REPEATED_FRAMES);
        names.add(FROZEN_SECONDS);
        names.add(SCENE_CUT_DIFFERENCES);
        return names;
    }
}
