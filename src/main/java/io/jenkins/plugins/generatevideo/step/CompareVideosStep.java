package io.jenkins.plugins.generatevideo.step;

import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The Pipeline step {@code compareVideos}: compares the build's clips with a baseline. */
public class CompareVideosStep extends Step {
    private final ComparisonParameters parameters = new ComparisonParameters();
    private boolean stageOnly;

    @DataBoundConstructor
    public CompareVideosStep() {}

    @Override
    public StepExecution start(StepContext context) throws Exception {
        // A script has put its variables into its texts already; nothing is expanded a second time.
        return new CompareVideosExecution(
                context,
                parameters.plan(context.get(Run.class), UnaryOperator.identity()),
                stageOnly,
                context.get(FilePath.class));
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

    /** Whether the build's result is left alone. */
    public boolean isStageOnly() {
        return stageOnly;
    }

    @DataBoundSetter
    public void setStageOnly(boolean stageOnly) {
        this.stageOnly = stageOnly;
    }

    /** Registers the step and checks its fields in the Snippet Generator. */
    @Extension(ordinal = StepOrder.BEFORE_BUILD_STEPS)
    public static final class DescriptorImpl extends StepDescriptor implements ComparisonForm {
        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(FilePath.class, EnvVars.class, Launcher.class, Run.class, TaskListener.class, FlowNode.class);
        }

        @Override
        public String getFunctionName() {
            return "compareVideos";
        }

        @Override
        public String getDisplayName() {
            return Messages.CompareVideos_DisplayName();
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            return namedArgs.get("baseline") instanceof String baseline ? baseline : null;
        }
    }
}
