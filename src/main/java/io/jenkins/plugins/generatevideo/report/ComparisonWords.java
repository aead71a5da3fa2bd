package io.jenkins.plugins.generatevideo.report;

import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import java.util.Locale;

/** Puts what a comparison says into the reader's language. */
final class ComparisonWords {
    private ComparisonWords() {}

    static String verdict(Verdict verdict) {
        return switch (verdict) {
            case IDENTICAL -> Messages.Verdict_Identical();
            case WITHIN_TOLERANCE -> Messages.Verdict_WithinTolerance();
            case CHANGED -> Messages.Verdict_Changed();
            case NOT_COMPARED -> Messages.Verdict_NotCompared();
        };
    }

    static String level(Level level) {
        return switch (level) {
            case PASSED -> Messages.Level_Passed();
            case UNSTABLE -> Messages.Level_Unstable();
            case FAILED -> Messages.Level_Failed();
        };
    }

    /** What explains a difference; an unknown word stands for itself. */
    static String cause(String cause) {
        return switch (cause) {
            case "none" -> Messages.Cause_None();
            case "request" -> Messages.Cause_Request();
            case "bundle" -> Messages.Cause_Bundle();
            case "sampling" -> Messages.Cause_Sampling();
            case "backend" -> Messages.Cause_Backend();
            case "encoding" -> Messages.Cause_Encoding();
            case "unexplained" -> Messages.Cause_Unexplained();
            case "unknown" -> Messages.Cause_Unknown();
            default -> cause;
        };
    }

    /** A figure that is no metric; any other name stands for itself. */
    static String figure(String name) {
        return switch (name) {
            case ComparisonFigure.MISSING_FRAMES -> Messages.Figure_MissingFrames();
            case ComparisonFigure.DROPPED_FRAMES -> Messages.Figure_DroppedFrames();
            case ComparisonFigure.REPEATED_FRAMES -> Messages.Figure_RepeatedFrames();
            case ComparisonFigure.FROZEN_SECONDS -> Messages.Figure_FrozenSeconds();
            case ComparisonFigure.SCENE_CUT_DIFFERENCES -> Messages.Figure_SceneCutDifferences();
            default -> name;
        };
    }

    /** A metric with its unit; what the whole field calls by an abbreviation stays that. */
    static String metric(Metric metric) {
        return switch (metric) {
            case COLOUR_SHIFT -> Messages.Metric_ColourShift();
            case MOTION -> Messages.Metric_Motion();
            case FLICKER -> Messages.Metric_Flicker();
            default -> metric.title();
        };
    }

    /** Four digits after the point, none for whole numbers. */
    static String number(double value) {
        if (Double.isInfinite(value)) {
            return "∞";
        }
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.4f", value);
    }
}
