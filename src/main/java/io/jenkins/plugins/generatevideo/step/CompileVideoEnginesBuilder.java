package io.jenkins.plugins.generatevideo.step;

import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractProject;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import java.io.IOException;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The freestyle build step <em>Compile Video Engines</em>: makes TensorRT engines for the GPU of the build's agent. Build
 * variables in the bundle are expanded.
 */
public class CompileVideoEnginesBuilder extends Builder implements SimpleBuildStep {
    private final CompileParameters parameters = new CompileParameters();

    @DataBoundConstructor
    public CompileVideoEnginesBuilder() {}

    @Override
    public void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        BuildContext build = new BuildContext(run, workspace, env, launcher, listener);
        CompileTask task = parameters.task(env::expand, GenerateVideoConfiguration.get(), run);
        ExecutorRun.inForeground(build, task, ExecutorRun.deadline(parameters.timeLimitSeconds()));
    }

    public String getBundle() {
        return parameters.bundle;
    }

    @DataBoundSetter
    public void setBundle(String bundle) {
        parameters.bundle = Util.fixEmptyAndTrim(bundle);
    }

    public boolean isForce() {
        return parameters.force;
    }

    @DataBoundSetter
    public void setForce(boolean force) {
        parameters.force = force;
    }

    /** In seconds. */
    public Integer getTimeLimit() {
        return parameters.timeLimit;
    }

    @DataBoundSetter
    public void setTimeLimit(Integer timeLimit) {
        parameters.timeLimit = timeLimit;
    }

    /** Registers the step, draws its form and checks the fields. */
    @Symbol("compileVideoEngines")
    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> implements BundleForm {
        public DescriptorImpl() {
            // One help for both steps.
            for (String field : new String[] {"bundle", "force", "timeLimit"}) {
                addHelpFileRedirect(field, CompileVideoEnginesStep.class, field);
            }
        }

        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return Messages.CompileVideoEngines_DisplayName();
        }
    }
}
