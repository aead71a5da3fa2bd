package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.Functions;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.PermalinkProjectAction.Permalink;
import hudson.model.Result;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.generatevideo.report.ApprovedBaseline;
import io.jenkins.plugins.generatevideo.report.ComparisonAction;
import java.io.IOException;
import java.util.List;
import jenkins.model.Jenkins;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/**
 * Finds the build that clips are compared with. Builds of the same job may always be read; of other jobs what the
 * authentication of the running build may, and a build that runs as the system itself what every user may who has logged
 * in: else a Jenkinsfile would read jobs that its author cannot.
 */
final class BaselineBuilds {
    /** The last successful build that its own comparison has not found wanting. */
    static final String LAST_SUCCESSFUL = "lastSuccessful";

    /** The newest build that a person has approved. */
    static final String APPROVED = "approved";

    private static final int LONGEST_NUMBER = 9;

    private final Run<?, ?> asking;
    private final Job<?, ?> job;

    private BaselineBuilds(Run<?, ?> asking, Job<?, ?> job) {
        this.asking = asking;
        this.job = job;
    }

    /**
     * The builds of a job, by a name relative to the asking build's job, or of that job itself if {@code name} is null.
     * The calling thread must have the authentication of the asking build.
     *
     * @throws AbortException with a sentence, if there is no such job that it may read
     */
    static BaselineBuilds of(String name, Run<?, ?> asking) throws AbortException {
        Job<?, ?> own = asking.getParent();
        if (name == null) {
            return new BaselineBuilds(asking, own);
        }
        Authentication reader = reader();
        try (ACLContext context = ACL.as2(reader)) {
            Job<?, ?> job = Jenkins.get().getItem(name, (Item) own, Job.class);
            if (own.equals(job)) {
                return new BaselineBuilds(asking, own);
            }
            if (job != null && mayRead(job, reader)) {
                return new BaselineBuilds(asking, job);
            }
        } catch (AccessDeniedException e) {
            // Said as if it were not there: that a job exists is something that not everyone may know.
        }
        throw new AbortException(Messages.BaselineBuilds_NoJob(name));
    }

    private static Authentication reader() {
        Authentication running = Jenkins.getAuthentication2();
        return ACL.SYSTEM2.equals(running)
                ? new UsernamePasswordAuthenticationToken(
                        "authenticated", "", List.of(SecurityRealm.AUTHENTICATED_AUTHORITY2))
                : running;
    }

    private static boolean mayRead(Job<?, ?> job, Authentication reader) {
        return !Functions.isArtifactsPermissionEnabled() || job.hasPermission2(reader, Run.ARTIFACTS);
    }

    /**
     * The build that is asked for.
     *
     * @param which {@value #LAST_SUCCESSFUL}, {@value #APPROVED}, a permalink's id or a build's number
     * @param folder the folder of its archive that must have clips; null for the archive itself
     * @return the build, or null if there is none with such clips yet
     * @throws AbortException with a sentence, if there can be none
     */
    Run<?, ?> find(String which, String folder) throws IOException {
        if (which.equals(LAST_SUCCESSFUL)) {
            return lastSuccessful(folder);
        }
        Run<?, ?> run = named(which);
        if (run == null) {
            return null;
        }
        ArchivedClips clips = ArchivedClips.of(run, folder);
        if (clips.isEmpty() && isNumber(which)) {
            throw clips.none();
        }
        return clips.isEmpty() ? null : run;
    }

    /**
     * A build by a word that names it, whatever is in its archive.
     *
     * @param which {@value #APPROVED}, a permalink's id or a build's number
     * @return the build, or null if there is none yet
     * @throws AbortException with a sentence, if there can be none
     */
    Run<?, ?> named(String which) throws AbortException {
        if (which.equals(APPROVED)) {
            return ApprovedBaseline.latest(job, asking);
        }
        if (isNumber(which)) {
            Run<?, ?> run = which.length() > LONGEST_NUMBER ? null : job.getBuildByNumber(Integer.parseInt(which));
            if (run == null || run.equals(asking)) {
                throw new AbortException(Messages.BaselineBuilds_NoBuild(job.getFullName(), which));
            }
            return run;
        }
        Permalink permalink = job.getPermalinks().get(which);
        if (permalink == null) {
            throw new AbortException(Messages.BaselineBuilds_NoPermalink(which));
        }
        Run<?, ?> run = permalink.resolve(job);
        return run != null && run.equals(asking) ? run.getPreviousBuild() : run;
    }

    private static boolean isNumber(String which) {
        return !which.isEmpty() && which.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private Run<?, ?> lastSuccessful(String folder) throws IOException {
        Run<?, ?> run = job.equals(asking.getParent()) ? asking.getPreviousBuild() : job.getLastBuild();
        while (run != null
                && !(isSuccessful(run) && !ArchivedClips.of(run, folder).isEmpty())) {
            run = run.getPreviousBuild();
        }
        return run;
    }

    /** A build that has found its clips changed is no baseline: else a regression is the measure of the next build. */
    private static boolean isSuccessful(Run<?, ?> run) {
        Result result = run.getResult();
        if (run.isBuilding() || result == null || result.isWorseThan(Result.UNSTABLE)) {
            return false;
        }
        ComparisonAction comparison = run.getAction(ComparisonAction.class);
        return comparison == null || comparison.isSound();
    }
}
