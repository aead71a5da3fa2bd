package io.jenkins.plugins.generatevideo.report;

import hudson.Functions;
import hudson.model.Action;
import hudson.model.Job;
import hudson.model.Run;
import java.util.ArrayList;
import java.util.List;
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
}
