package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.Launcher;
import hudson.Util;
import hudson.model.AbstractProject;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.tasks.BuildStepDescriptor;
import hudson.tasks.Builder;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.generatevideo.agent.ExecutorCache;
import io.jenkins.plugins.generatevideo.agent.ExecutorCommand;
import io.jenkins.plugins.generatevideo.agent.ExecutorPackage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jenkins.tasks.SimpleBuildStep;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

/**
 * The freestyle build step <em>Generate Video</em>: makes one clip from a prompt on the build's agent, in a folder of the
 * workspace. Build variables in the texts are expanded. Only what differs from the default is stored.
 */
public class GenerateVideoBuilder extends Builder implements SimpleBuildStep {
    private final String prompt;
    private String negativePrompt;
    private String mode;
    private String seed;
    private String size;
    private Double duration;
    private Integer fps;
    private String bundle;
    private String output;

    @DataBoundConstructor
    public GenerateVideoBuilder(String prompt) {
        this.prompt = prompt;
    }

    public String getPrompt() {
        return prompt;
    }

    public String getNegativePrompt() {
        return negativePrompt;
    }

    @DataBoundSetter
    public void setNegativePrompt(String negativePrompt) {
        this.negativePrompt = Util.fixEmptyAndTrim(negativePrompt);
    }

    public String getMode() {
        return mode == null ? GenerateVideoFields.DEFAULT_MODE : mode;
    }

    @DataBoundSetter
    public void setMode(String mode) {
        String given = Util.fixEmptyAndTrim(mode);
        this.mode = GenerateVideoFields.DEFAULT_MODE.equals(given) ? null : given;
    }

    public String getSeed() {
        return seed;
    }

    @DataBoundSetter
    public void setSeed(String seed) {
        this.seed = Util.fixEmptyAndTrim(seed);
    }

    public String getSize() {
        return size;
    }

    @DataBoundSetter
    public void setSize(String size) {
        this.size = Util.fixEmptyAndTrim(size);
    }

    public Double getDuration() {
        return duration;
    }

    @DataBoundSetter
    public void setDuration(Double duration) {
        this.duration = duration;
    }

    public Integer getFps() {
        return fps;
    }

    @DataBoundSetter
    public void setFps(Integer fps) {
        this.fps = fps;
    }

    public String getBundle() {
        return bundle == null ? GenerateVideoFields.DEFAULT_BUNDLE : bundle;
    }

    @DataBoundSetter
    public void setBundle(String bundle) {
        String given = Util.fixEmptyAndTrim(bundle);
        this.bundle = GenerateVideoFields.DEFAULT_BUNDLE.equals(given) ? null : given;
    }

    public String getOutput() {
        return output == null ? GenerateVideoFields.DEFAULT_OUTPUT : output;
    }

    @DataBoundSetter
    public void setOutput(String output) {
        String given = Util.fixEmptyAndTrim(output);
        this.output = GenerateVideoFields.DEFAULT_OUTPUT.equals(given) ? null : given;
    }

    @Override
    public void perform(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener)
            throws InterruptedException, IOException {
        String request = request(env);
        FilePath installed = new ExecutorCache(agentRoot(workspace))
                .install(ExtensionList.lookupSingleton(ExecutorPackage.class), listener);
        FilePath folder = workspace.child(env.expand(getOutput()));
        folder.mkdirs();
        ExecutorCommand executor = ExecutorCommand.on(workspace.getChannel(), installed);
        EnvVars environment = new EnvVars(env);
        environment.putAll(executor.environment(env, launcher.isUnix()));
        int exitCode = launcher.launch()
                .cmds(executor.with(List.of(
                        "generate",
                        "--request",
                        "-",
                        "--bundle",
                        env.expand(getBundle()),
                        "--output",
                        folder.getRemote())))
                .quiet(true)
                .envs(environment)
                .pwd(workspace)
                .stdin(new ByteArrayInputStream(request.getBytes(StandardCharsets.UTF_8)))
                .stdout(listener)
                .join();
        if (exitCode != 0) {
            throw new AbortException(Messages.GenerateVideoBuilder_Failed(exitCode));
        }
        listener.getLogger().println(Messages.GenerateVideoBuilder_Done(folder.getRemote()));
    }

    /** The request with all variables expanded; refused here, before the agent is asked for anything, if it is wrong. */
    private String request(EnvVars env) throws AbortException {
        String expandedPrompt = env.expand(prompt);
        String expandedSeed = env.expand(seed);
        String expandedSize = env.expand(size);
        String problem = GenerateVideoFields.firstProblem(expandedPrompt, expandedSeed, expandedSize, duration, fps);
        if (problem != null) {
            throw new AbortException(problem);
        }
        return new RequestJson()
                .text("prompt", expandedPrompt)
                .text("negativePrompt", env.expand(negativePrompt))
                .text("mode", env.expand(getMode()))
                .number("seed", expandedSeed == null ? null : Long.valueOf(expandedSeed))
                .text("size", expandedSize)
                .number("duration", duration)
                .number("fps", fps)
                .toString();
    }

    private static FilePath agentRoot(FilePath workspace) throws AbortException {
        Computer computer = workspace.toComputer();
        Node node = computer == null ? null : computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (root == null) {
            throw new AbortException(Messages.GenerateVideoBuilder_AgentGone());
        }
        return root;
    }

    /** Registers the step, draws its form and checks the fields. */
    @Symbol("generateVideo")
    @Extension
    public static final class DescriptorImpl extends BuildStepDescriptor<Builder> {
        @Override
        @SuppressWarnings("rawtypes")
        public boolean isApplicable(Class<? extends AbstractProject> jobType) {
            return true;
        }

        @Override
        public String getDisplayName() {
            return Messages.GenerateVideoBuilder_DisplayName();
        }

        /** The modes, by name. */
        public ListBoxModel doFillModeItems() {
            ListBoxModel items = new ListBoxModel();
            items.add(Messages.Mode_Standard(), "standard");
            items.add(Messages.Mode_Fast(), "fast");
            items.add(Messages.Mode_Cached(), "cached");
            items.add(Messages.Mode_Preview(), "preview");
            return items;
        }

        public FormValidation doCheckPrompt(@QueryParameter String value) {
            return answer(GenerateVideoFields.promptProblem(value));
        }

        public FormValidation doCheckSeed(@QueryParameter String value) {
            return answer(GenerateVideoFields.seedProblem(Util.fixEmptyAndTrim(value)));
        }

        public FormValidation doCheckSize(@QueryParameter String value) {
            return answer(GenerateVideoFields.sizeProblem(Util.fixEmptyAndTrim(value)));
        }

        public FormValidation doCheckDuration(@QueryParameter String value) {
            return answer(GenerateVideoFields.positiveNumberProblem(value));
        }

        public FormValidation doCheckFps(@QueryParameter String value) {
            return answer(GenerateVideoFields.positiveNumberProblem(value));
        }

        private static FormValidation answer(String problem) {
            return problem == null ? FormValidation.ok() : FormValidation.error(problem);
        }
    }
}
