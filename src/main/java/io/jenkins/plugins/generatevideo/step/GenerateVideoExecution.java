package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.generatevideo.report.Clip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Runs {@code generateVideo}: one clip after the other. */
final class GenerateVideoExecution extends ExecutorExecution<Clip> {
    private static final long serialVersionUID = 1L;

    /** Whether the step returns one clip rather than clips by name. */
    private final boolean single;

    GenerateVideoExecution(
            StepContext context, List<ClipTask> planned, boolean single, FilePath workspace, long timeLimitSeconds)
            throws AbortException {
        super(context, planned, workspace, timeLimitSeconds);
        this.single = single;
    }

    @Override
    Object returned(List<Clip> results) {
        if (single) {
            return new LinkedHashMap<>(results.get(0).forScript());
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        for (Clip clip : results) {
            byName.put(clip.getName(), clip.forScript());
        }
        return byName;
    }
}
