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
import java.util.List;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * The freestyle build step <em>Generate Video</em>: makes clips from a prompt on the build's agent. Build variables in the
 * texts are expanded. Only what differs from the default is stored.
 */
public class GenerateVideoBuilder extends Builder implements SimpleBuildStep {
    private final ClipParameters parameters = new ClipParameters();

    @DataBoundConstructor
    public GenerateVideoBuilder(String prompt) {
        parameters.prompt = prompt;
    }

    @Override
    public void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        BuildContext build = new BuildContext(run, workspace, env, launcher, listener);
        List<ClipTask> clips = parameters.tasks(
                null, env::expand, GenerateVideoConfiguration.get(), run, BundleOffers.of(workspace, env));
        long deadline = ExecutorRun.deadline(parameters.timeLimitSeconds());
        for (ClipTask clip : clips) {
            ExecutorRun.inForeground(build, clip, deadline);
        }
    }

    public String getPrompt() {
        return parameters.prompt;
    }

    public String getNegativePrompt() {
        return parameters.negativePrompt;
    }

    @DataBoundSetter
    public void setNegativePrompt(String negativePrompt) {
        parameters.negativePrompt = Util.fixEmptyAndTrim(negativePrompt);
    }

    public String getMode() {
        return parameters.mode;
    }

    @DataBoundSetter
    public void setMode(String mode) {
        parameters.mode = Util.fixEmptyAndTrim(mode);
    }

    public Integer getQuality() {
        return parameters.quality;
    }

    @DataBoundSetter
    public void setQuality(Integer quality) {
        parameters.quality = quality;
    }

    /** A whole number, possibly by way of a variable such as {@code $BUILD_NUMBER}. */
    public String getSeed() {
        return parameters.seed;
    }

    @DataBoundSetter
    public void setSeed(String seed) {
        parameters.seed = Util.fixEmptyAndTrim(seed);
    }

    public String getSize() {
        return parameters.size;
    }

    @DataBoundSetter
    public void setSize(String size) {
        parameters.size = Util.fixEmptyAndTrim(size);
    }

    public Double getDuration() {
        return parameters.duration;
    }

    @DataBoundSetter
    public void setDuration(Double duration) {
        parameters.duration = duration;
    }

    public Integer getFps() {
        return parameters.fps;
    }

    @DataBoundSetter
    public void setFps(Integer fps) {
        parameters.fps = fps;
    }

    public String getBundle() {
        return parameters.bundle;
    }

    @DataBoundSetter
    public void setBundle(String bundle) {
        parameters.bundle = Util.fixEmptyAndTrim(bundle);
    }

    public String getBackend() {
        return parameters.backend;
    }

    @DataBoundSetter
    public void setBackend(String backend) {
        parameters.backend = Util.fixEmptyAndTrim(backend);
    }

    public String getOutput() {
        return parameters.output == null ? ClipParameters.DEFAULT_OUTPUT : parameters.output;
    }

    @DataBoundSetter
    public void setOutput(String output) {
        String given = Util.fixEmptyAndTrim(output);
        parameters.output = ClipParameters.DEFAULT_OUTPUT.equals(given) ? null : given;
    }

    public Integer getTakes() {
        return parameters.takes;
    }

    @DataBoundSetter
    public void setTakes(Integer takes) {
        parameters.takes = takes;
    }

    public String getTemplate() {
        return parameters.template;
    }

    @DataBoundSetter
    public void setTemplate(String template) {
        parameters.template = Util.fixEmptyAndTrim(template);
    }

    public String getSaveTemplate() {
        return parameters.saveTemplate;
    }

    @DataBoundSetter
    public void setSaveTemplate(String saveTemplate) {
        parameters.saveTemplate = Util.fixEmptyAndTrim(saveTemplate);
    }

    public boolean isFinal() {
        return parameters.finalClip;
    }

    @DataBoundSetter
    public void setFinal(boolean finalClip) {
        parameters.finalClip = finalClip;
    }

    public boolean isArchive() {
        return parameters.archived();
    }

    @DataBoundSetter
    public void setArchive(boolean archive) {
        parameters.keepInWorkspace = !archive;
    }

    /** In seconds, for all clips together. */
    public Integer getTimeLimit() {
        return parameters.timeLimit;
    }

    @DataBoundSetter
    public void setTimeLimit(Integer timeLimit) {
        parameters.timeLimit = timeLimit;
    }

    /** Registers the step, draws its form and checks the fields. */
    @Symbol("generateVideo")
    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> implements ClipForm {
        public DescriptorImpl() {
            // One help for both steps.
            for (String field : new String[] {
                "prompt",
                "negativePrompt",
                "mode",
                "quality",
                "seed",
                "size",
                "duration",
                "fps",
                "bundle",
                "backend",
                "output",
                "takes",
                "archive",
                "timeLimit",
                "template",
                "saveTemplate",
                "final"
            }) {
                addHelpFileRedirect(field, GenerateVideoStep.class, field);
            }
        }

        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return Messages.GenerateVideo_DisplayName();
        }
    }
}
