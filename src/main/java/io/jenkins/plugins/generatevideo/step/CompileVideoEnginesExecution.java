package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import java.util.List;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Runs {@code compileVideoEngines}. */
final class CompileVideoEnginesExecution extends ExecutorExecution<CompiledEngines> {
    private static final long serialVersionUID = 1L;

    CompileVideoEnginesExecution(StepContext context, CompileTask task, FilePath workspace, long timeLimitSeconds)
            throws AbortException {
        super(context, List.of(task), workspace, timeLimitSeconds);
    }

    @Override
    Object returned(List<CompiledEngines> results) {
        return results.get(0).forScript();
    }
}
