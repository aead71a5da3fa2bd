package io.jenkins.plugins.generatevideo.report;

import hudson.Functions;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import jenkins.model.TransientActionFactory;
import org.kohsuke.stapler.StaplerProxy;

/** A page of a job about what its last builds have in their archives: only for those who may see artifacts. */
public abstract class TrendPage implements Action, StaplerProxy {
    static final int BUILDS = 50;

    private final Job<?, ?> job;

    TrendPage(Job<?, ?> job) {
        this.job = job;
    }

    /** The symbol of the page's link. */
    abstract String icon();

    public Job<?, ?> getJob() {
        return job;
    }

    /** The builds that the page looks at, newest first. */
    List<Run<?, ?>> lastBuilds() {
        List<Run<?, ?>> builds = new ArrayList<>();
        for (Run<?, ?> run = job.getLastBuild(); run != null && builds.size() < BUILDS; run = run.getPreviousBuild()) {
            builds.add(run);
        }
        return builds;
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
        return visible ? icon() : null;
    }

    /** Gives a page to every job whose last finished build has what the page is about. */
    @SuppressWarnings("rawtypes")
    abstract static class Factory extends TransientActionFactory<Job> {
        private final Class<? extends Action> subject;
        private final Function<Job<?, ?>, TrendPage> page;

        Factory(Class<? extends Action> subject, Function<Job<?, ?>, TrendPage> page) {
            this.subject = subject;
            this.page = page;
        }

        @Override
        public Class<Job> type() {
            return Job.class;
        }

        @Override
        public Collection<? extends Action> createFor(Job job) {
            Run<?, ?> last = job.getLastCompletedBuild();
            return last == null || last.getAction(subject) == null ? List.of() : List.of(page.apply(job));
        }
    }
}
