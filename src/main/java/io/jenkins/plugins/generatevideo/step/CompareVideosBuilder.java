package io.jenkins.plugins.generatevideo.step;

import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractProject;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import io.jenkins.plugins.generatevideo.report.Comparison;
import java.io.IOException;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The freestyle build step <em>Compare Videos</em>: compares the build's clips with a baseline. Build variables in the texts
 * are expanded. Only what differs from the default is stored.
 */
public class CompareVideosBuilder extends Builder implements SimpleBuildStep {
    private final ComparisonParameters parameters = new ComparisonParameters();

    @DataBoundConstructor
    public CompareVideosBuilder() {}

    @Override
    public void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        BuildContext build = new BuildContext(run, workspace, env, launcher, listener);
        ComparisonPlan plan = parameters.plan(run, env::expand);
        Comparison comparison = plan.without();
        if (comparison == null) {
            comparison = ExecutorRun.inForeground(build, plan.task());
        } else {
            build.log(CompareVideosExecution.summary(comparison));
        }
        Result result = CompareVideosExecution.result(comparison.getLevel());
        if (result != null) {
            run.setResult(result);
        }
    }

    /** {@code lastSuccessful}, {@code approved}, a permalink or a build number. */
    public String getBaseline() {
        return parameters.baseline == null ? BaselineBuilds.LAST_SUCCESSFUL : parameters.baseline;
    }

    @DataBoundSetter
    public void setBaseline(String baseline) {
        String given = Util.fixEmptyAndTrim(baseline);
        parameters.baseline = BaselineBuilds.LAST_SUCCESSFUL.equals(given) ? null : given;
    }

    /** Another job, by a name relative to this one. */
    public String getBaselineJob() {
        return parameters.baselineJob;
    }

    @DataBoundSetter
    public void setBaselineJob(String baselineJob) {
        parameters.baselineJob = Util.fixEmptyAndTrim(baselineJob);
    }

    /** A video or a folder of videos in the workspace, instead of a build. */
    public String getBaselineFiles() {
        return parameters.baselineFiles;
    }

    @DataBoundSetter
    public void setBaselineFiles(String baselineFiles) {
        parameters.baselineFiles = Util.fixEmptyAndTrim(baselineFiles);
    }

    /** A video or a folder of videos in the workspace, instead of the archived clips. */
    public String getCandidateFiles() {
        return parameters.candidateFiles;
    }

    @DataBoundSetter
    public void setCandidateFiles(String candidateFiles) {
        parameters.candidateFiles = Util.fixEmptyAndTrim(candidateFiles);
    }

    /** The folder in the archive that the clips are in. */
    public String getClips() {
        return parameters.clips;
    }

    @DataBoundSetter
    public void setClips(String clips) {
        parameters.clips = Util.fixEmptyAndTrim(clips);
    }

    /** The least mean PSNR, in dB. */
    public Double getMinPsnr() {
        return parameters.minPsnr;
    }

    @DataBoundSetter
    public void setMinPsnr(Double minPsnr) {
        parameters.minPsnr = minPsnr;
    }

    /** The least mean SSIM, 0 to 1. */
    public Double getMinSsim() {
        return parameters.minSsim;
    }

    @DataBoundSetter
    public void setMinSsim(Double minSsim) {
        parameters.minSsim = minSsim;
    }

    /** The least mean MS-SSIM, 0 to 1. */
    public Double getMinMsSsim() {
        return parameters.minMsSsim;
    }

    @DataBoundSetter
    public void setMinMsSsim(Double minMsSsim) {
        parameters.minMsSsim = minMsSsim;
    }

    /** The greatest visible difference of a frame, 0 to 1. */
    public Double getMaxFlip() {
        return parameters.maxFlip;
    }

    @DataBoundSetter
    public void setMaxFlip(Double maxFlip) {
        parameters.maxFlip = maxFlip;
    }

    /** The greatest colour shift of a frame, in ΔE. */
    public Double getMaxColourShift() {
        return parameters.maxColourShift;
    }

    @DataBoundSetter
    public void setMaxColourShift(Double maxColourShift) {
        parameters.maxColourShift = maxColourShift;
    }

    /** Further gates, with commas or line ends between. */
    public String getGates() {
        return parameters.gates;
    }

    @DataBoundSetter
    public void setGates(String gates) {
        parameters.gates = Util.fixEmptyAndTrim(gates);
    }

    /** Whether the default gates hold beside those that are given. */
    public boolean isDefaultGates() {
        return parameters.defaultGates;
    }

    @DataBoundSetter
    public void setDefaultGates(boolean defaultGates) {
        parameters.defaultGates = defaultGates;
    }

    /** Whether no gate fails a build. */
    public boolean isUnstableOnly() {
        return parameters.unstableOnly;
    }

    @DataBoundSetter
    public void setUnstableOnly(boolean unstableOnly) {
        parameters.unstableOnly = unstableOnly;
    }

    /** Whether a build without a baseline passes, and becomes the approved one if that is asked for. */
    public boolean isAcceptFirst() {
        return parameters.acceptFirst;
    }

    @DataBoundSetter
    public void setAcceptFirst(boolean acceptFirst) {
        parameters.acceptFirst = acceptFirst;
    }

    /** The folder of the report in the archive. */
    public String getOutput() {
        return parameters.output == null ? ComparisonParameters.DEFAULT_OUTPUT : parameters.output;
    }

    @DataBoundSetter
    public void setOutput(String output) {
        String given = Util.fixEmptyAndTrim(output);
        parameters.output = ComparisonParameters.DEFAULT_OUTPUT.equals(given) ? null : given;
    }

    /** Registers the step, draws its form and checks the fields. */
    @Symbol("compareVideos")
    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> implements ComparisonForm {
        public DescriptorImpl() {
            // One help for both steps.
            for (String field : new String[] {
                "baseline",
                "baselineJob",
                "baselineFiles",
                "candidateFiles",
                "clips",
                "minPsnr",
                "minSsim",
                "minMsSsim",
                "maxFlip",
                "maxColourShift",
                "gates",
                "defaultGates",
                "unstableOnly",
                "acceptFirst",
                "output"
            }) {
                addHelpFileRedirect(field, CompareVideosStep.class, field);
            }
        }

        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return Messages.CompareVideos_DisplayName();
        }
    }
}
