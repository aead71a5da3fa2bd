package io.jenkins.plugins.generatevideo.step;

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
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.jenkinsci.plugins.workflow.steps.StepExecution;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** The Pipeline step {@code compileVideoEngines}: makes TensorRT engines for the GPU of the surrounding {@code node}. */
public class CompileVideoEnginesStep extends Step {
    private final CompileParameters parameters = new CompileParameters();

    @DataBoundConstructor
    public CompileVideoEnginesStep() {}

    @Override
    public StepExecution start(StepContext context) throws Exception {
        return new CompileVideoEnginesExecution(
                context,
                parameters.task(UnaryOperator.identity(), GenerateVideoConfiguration.get(), context.get(Run.class)),
                context.get(FilePath.class),
                parameters.timeLimitSeconds());
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

    /** Registers the step and checks its fields in the Snippet Generator. */
    @Extension(ordinal = StepOrder.BEFORE_BUILD_STEPS)
    public static final class DescriptorImpl extends StepDescriptor implements BundleForm {
        @Override
        public Set<? extends Class<?>> getRequiredContext() {
            return Set.of(FilePath.class, EnvVars.class, Launcher.class, Run.class, TaskListener.class);
        }

        @Override
        public String getFunctionName() {
            return "compileVideoEngines";
        }

        @Override
        public String getDisplayName() {
            return Messages.CompileVideoEngines_DisplayName();
        }

        @Override
        public String argumentsToString(Map<String, Object> namedArgs) {
            return namedArgs.get("bundle") instanceof String bundle ? bundle : null;
        }
    }
}
