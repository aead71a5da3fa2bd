package io.jenkins.plugins.generatevideo.step;

import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.report.Comparison;
import io.jenkins.plugins.generatevideo.report.ComparisonAction;

/** What a comparison means for the result of its build, as quality gates have it elsewhere in Jenkins. */
record ComparisonResult(Comparison comparison) {
    /**
     * The result of a step's run.
     *
     * @param compared what its task gave; null if there was no baseline, which the build remembers
     */
    static ComparisonResult of(Run<?, ?> run, Comparison compared) {
        if (compared != null) {
            return new ComparisonResult(compared);
        }
        return new ComparisonResult(run.getAction(ComparisonAction.class).getComparisons().stream()
                .filter(comparison -> comparison.getMissing() != null)
                .reduce((first, last) -> last)
                .orElseThrow());
    }

    /** {@code UNSTABLE} or {@code FAILURE}; null if everything is as it should be. */
    Result result() {
        return switch (comparison.getLevel()) {
            case PASSED -> null;
            case UNSTABLE -> Result.UNSTABLE;
            case FAILED -> Result.FAILURE;
        };
    }

    boolean isPassed() {
        return comparison.getLevel() == Level.PASSED;
    }
}
