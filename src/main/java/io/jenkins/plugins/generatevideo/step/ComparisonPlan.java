package io.jenkins.plugins.generatevideo.step;

import io.jenkins.plugins.generatevideo.report.Comparison;

/**
 * What a step that compares will do.
 *
 * @param task the comparison; null if there is no baseline yet
 * @param without what comes out then; else null
 */
record ComparisonPlan(ComparisonTask task, Comparison without) {}
