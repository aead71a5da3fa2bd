package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.StaplerRequest2;

/** The Pipeline step {@code generateVideo}: makes clips on the agent of the surrounding {@code node}. */
public class GenerateVideoStep extends Step {
    private final ClipParameters parameters = new ClipParameters();
    private Object prompts;

    /** Declarative Pipelines refuse a step without what its constructor asks for: prompts may stand in for the prompt. */
    @DataBoundConstructor
    public GenerateVideoStep() {}

    @Override
    public StepExecution start(StepContext context) throws Exception {
        if ((parameters.prompt == null) == (prompts == null)) {
            throw new AbortException(Messages.GenerateVideoStep_PromptOrPrompts());
        }
        // A script has put its variables into its texts already; nothing is expanded a second time.
        Map<String, String> named = prompts == null ? null : ClipParameters.named(prompts);
        boolean single = named == null && parameters.takes == null;
        return new GenerateVideoExecution(
                context,
                parameters.tasks(
                        named,
                        UnaryOperator.identity(),
                        GenerateVideoConfiguration.get(),
                        context.get(Run.class),
                        BundleOffers.of(context.get(FilePath.class), context.get(EnvVars.class))),
                single,
                context.get(FilePath.class),
                parameters.timeLimitSeconds());
    }

    public String getPrompt() {
        return parameters.prompt;
    }

    @DataBoundSetter
    public void setPrompt(String prompt) {
        parameters.prompt = Util.fixEmptyAndTrim(prompt);
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

    public Long getSeed() {
        return parameters.seed == null ? null : Long.valueOf(parameters.seed);
    }

    @DataBoundSetter
    public void setSeed(Long seed) {
        parameters.seed = seed == null ? null : seed.toString();
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

    /** Several prompts: a map from names to texts, or a list of texts. */
    public Object getPrompts() {
        return prompts;
    }

    @DataBoundSetter
    public void setPrompts(Object prompts) {
        this.prompts = prompts;
    }

    /** In seconds. */
    public Integer getTimeLimit() {
        return parameters.timeLimit;
    }

    @DataBoundSetter
    public void setTimeLimit(Integer timeLimit) {
        parameters.timeLimit = timeLimit;
    }

    /** Registers the step and checks its fields in the Snippet Generator. */
    @Extension(ordinal = StepOrder.BEFORE_BUILD_STEPS)
    public static final class DescriptorImpl extends StepDescriptor implements ClipForm {
        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(FilePath.class, EnvVars.class, Launcher.class, Run.class, TaskListener.class);
        }

        @Override
        public Step newInstance(StaplerRequest2 req, JSONObject formData) throws FormException {
            // A field that is left empty would be read as 0, which is a seed like any other.
            if (formData.optString("seed").isBlank()) {
                formData.remove("seed");
            }
            return super.newInstance(req, formData);
        }

        @Override
        public String getFunctionName() {
            return "generateVideo";
        }

        @Override
        public String getDisplayName() {
            return Messages.GenerateVideo_DisplayName();
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            return namedArgs.get("prompt") instanceof String prompt ? prompt : null;
        }
    }
}
