package io.jenkins.plugins.generatevideo.report;

import hudson.Extension;
import hudson.Functions;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.StaplerProxy;

/** The page <em>Clips</em> of a job: how the time per frame and the latency class go from build to build. */
public class ClipsTrendAction implements Action, StaplerProxy {
    static final int BUILDS = 50;
    static final int WIDTH = 640;
    static final int HEIGHT = 160;

    private final Job<?, ?> job;

    ClipsTrendAction(Job<?, ?> job) {
        this.job = job;
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

    public Job<?, ?> getJob() {
        return job;
    }

    /** The last builds with clips, newest first. */
    public List<Point> getPoints() {
        List<Point> points = new ArrayList<>();
        int looked = 0;
        for (Run<?, ?> run = job.getLastBuild(); run != null && looked < BUILDS; run = run.getPreviousBuild()) {
            looked++;
            ClipsAction action = run.getAction(ClipsAction.class);
            if (action != null && !action.getClips().isEmpty()) {
                points.add(point(run, action.getClips()));
            }
        }
        return points;
    }

    /** The line of the trend from the oldest build to the newest, as an SVG polyline in {@code WIDTH} by {@code HEIGHT}. */
    public String getLine() {
        List<Point> points = new ArrayList<>(getPoints());
        Collections.reverse(points);
        double highest =
                points.stream().mapToDouble(Point::millisecondsPerFrame).max().orElse(1);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < points.size(); i++) {
            double x = points.size() == 1 ? WIDTH / 2.0 : (double) i * WIDTH / (points.size() - 1);
            double y = HEIGHT * (1 - points.get(i).millisecondsPerFrame() / Math.max(highest, 1e-9));
            line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
        }
        return line.toString().trim();
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
    public Object getTarget() {
        if (Functions.isArtifactsPermissionEnabled()) {
            job.checkPermission(Run.ARTIFACTS);
        }
        return this;
    }

    @Override
    public String getIconFileName() {
        boolean visible = !Functions.isArtifactsPermissionEnabled() || job.hasPermission(Run.ARTIFACTS);
        return visible ? "symbol-film-outline plugin-ionicons-api" : null;
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
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Job> {
        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Collection<? extends Action> createFor(Job job) {
            Run<?, ?> last = job.getLastCompletedBuild();
            return last == null || last.getAction(ClipsAction.class) == null
                    ? List.of()
                    : List.of(new ClipsTrendAction(job));
        }
    }
}
