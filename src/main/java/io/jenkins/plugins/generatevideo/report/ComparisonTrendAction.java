package io.jenkins.plugins.generatevideo.report;

import hudson.Extension;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import io.jenkins.plugins.generatevideo.contract.Metric;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The page <em>Comparison</em> of a job: how each metric goes from build to build, and what the builds' gates said. */
public class ComparisonTrendAction extends TrendPage {
    ComparisonTrendAction(Job<?, ?> job) {
        super(job);
    }

    /** One build of the trend: its comparisons taken together, of each metric the worst. */
    public static final class Point {
        private final Run<?, ?> run;
        private final ComparisonAction action;

        Point(Run<?, ?> run, ComparisonAction action) {
            this.run = run;
            this.action = action;
        }

        public Run<?, ?> getRun() {
            return run;
        }

        public List<Comparison> getComparisons() {
            return action.getComparisons();
        }

        /** The worst frame of all clips by a metric, for a table; a dash, if it was not measured. */
        public String worst(Metric metric) {
            double worst = value(metric);
            return Double.isNaN(worst) ? "–" : ComparisonWords.number(worst);
        }

        double value(Metric metric) {
            double[] values = action.getComparisons().stream()
                    .flatMap(comparison -> comparison.getClips().stream())
                    .map(clip -> clip.getFigures().get(metric.key() + ComparisonFigure.WORST))
                    .filter(value -> value != null)
                    .mapToDouble(Double::doubleValue)
                    .sorted()
                    .toArray();
            if (values.length == 0) {
                return Double.NaN;
            }
            return metric.higherIsBetter() ? values[0] : values[values.length - 1];
        }
    }

    /** The metrics that the table has columns for. */
    public List<Metric> getMetrics() {
        return List.of(Metric.values());
    }

    public String title(Metric metric) {
        return ComparisonWords.metric(metric);
    }

    /** The last builds with a comparison, newest first. */
    public List<Point> getPoints() {
        List<Point> points = new ArrayList<>();
        for (Run<?, ?> run : lastBuilds()) {
            ComparisonAction action = run.getAction(ComparisonAction.class);
            if (action != null && !action.getComparisons().isEmpty()) {
                points.add(new Point(run, action));
            }
        }
        return points;
    }

    /** A line for each metric, from the oldest build to the newest. */
    public List<Plot> plots(List<Point> newestFirst) {
        List<Point> points = new ArrayList<>(newestFirst);
        Collections.reverse(points);
        List<Plot> plots = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            double[] values = points.stream()
                    .mapToDouble(point -> point.value(metric))
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            if (values.length > 0) {
                plots.add(new Plot(ComparisonWords.metric(metric), values, metric.higherIsBetter(), List.of()));
            }
        }
        return plots;
    }

    @Override
    String icon() {
        return "symbol-git-compare-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.ComparisonAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "comparison";
    }

    /** Gives the page to every job whose last finished build has compared clips. */
    @Extension
    public static final class Factory extends TrendPage.Factory {
        public Factory() {
            super(ComparisonAction.class, ComparisonTrendAction::new);
        }
    }
}
