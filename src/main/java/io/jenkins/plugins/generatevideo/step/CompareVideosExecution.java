package io.jenkins.plugins.generatevideo.step;

import hudson.FilePath;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.report.Comparison;
import java.io.IOException;
import java.util.List;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.steps.StepContext;

/** Runs {@code compareVideos}, and marks its stage and its build by what came out. */
final class CompareVideosExecution extends ExecutorExecution<Comparison> {
    private static final long serialVersionUID = 1L;

    /** What comes out where there is no baseline yet; else null. */
    private final Comparison without;

    /** Whether the build's result is left alone. */
    private final boolean stageOnly;

    CompareVideosExecution(StepContext context, ComparisonPlan plan, boolean stageOnly, FilePath workspace)
            throws IOException {
        super(context, plan.task() == null ? List.of() : List.of(plan.task()), workspace, 0);
        this.without = plan.without();
        this.stageOnly = stageOnly;
    }

    @Override
    Object returned(List<Comparison> results) throws IOException, InterruptedException {
        Comparison comparison = results.isEmpty() ? without : results.get(0);
        if (without != null) {
            getContext().get(TaskListener.class).getLogger().println(summary(comparison));
        }
        Result result = result(comparison.getLevel());
        if (result != null) {
            getContext()
                    .get(FlowNode.class)
                    .addOrReplaceAction(new WarningAction(result).withMessage(summary(comparison)));
            if (!stageOnly) {
                getContext().get(Run.class).setResult(result);
            }
        }
        return comparison.forScript();
    }

    static String summary(Comparison comparison) {
        return Messages.CompareVideos_DisplayName() + ": " + comparison.getSummary();
    }

    /** What a level means for a build; null if it means nothing. */
    static Result result(Level level) {
        return switch (level) {
            case PASSED -> null;
            case UNSTABLE -> Result.UNSTABLE;
            case FAILED -> Result.FAILURE;
        };
    }
}
