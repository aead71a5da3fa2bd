package io.jenkins.plugins.generatevideo.report;

import hudson.Extension;
import hudson.model.Job;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The page <em>Clips</em> of a job: how the time per frame and the latency class go from build to build. */
public class ClipsTrendAction extends TrendPage {
    ClipsTrendAction(Job<?, ?> job) {
        super(job);
    }

    /**
     * One build of the trend.
     *
     * @param millisecondsPerFrame the mean over its clips
     * @param latencyClasses of its clips, each once
     */
    public record Point(Run<?, ?> run, int clips, double millisecondsPerFrame, Set<String> latencyClasses) {
        public Run<?, ?> getRun() {
            return run;
        }

        public int getClips() {
            return clips;
        }

        public String getMillisecondsPerFrame() {
            return String.format(Locale.ROOT, "%.1f", millisecondsPerFrame);
        }

        public String getLatencyClasses() {
            return String.join(", ", latencyClasses);
        }
    }

    /** The last builds with clips, newest first. */
    public List<Point> getPoints() {
        List<Point> points = new ArrayList<>();
        for (Run<?, ?> run : lastBuilds()) {
            ClipsAction action = run.getAction(ClipsAction.class);
            if (action != null && !action.getClips().isEmpty()) {
                points.add(point(run, action.getClips()));
            }
        }
        return points;
    }

    /** The time per frame from the oldest build to the newest. */
    public Plot plot(List<Point> newestFirst) {
        double[] values = new double[newestFirst.size()];
        for (int i = 0; i < values.length; i++) {
            values[values.length - 1 - i] = newestFirst.get(i).millisecondsPerFrame();
        }
        return new Plot("", values, false, List.of());
    }

    private static Point point(Run<?, ?> run, List<Clip> clips) {
        return new Point(
                run,
                clips.size(),
                clips.stream()
                        .mapToDouble(Clip::getMillisecondsPerFrame)
                        .average()
                        .orElse(0),
                new TreeSet<>(clips.stream().map(Clip::getLatencyClass).toList()));
    }

    @Override
    String icon() {
        return "symbol-film-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.ClipsAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "clips";
    }

    /** Gives the page to every job whose last finished build has clips. */
    @Extension
    public static final class Factory extends TrendPage.Factory {
        public Factory() {
            super(ClipsAction.class, ClipsTrendAction::new);
        }
    }
}
