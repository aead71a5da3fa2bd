package io.jenkins.plugins.generatevideo.step;

import groovy.json.JsonOutput;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.report.ComparedClip;
import io.jenkins.plugins.generatevideo.report.Comparison;
import io.jenkins.plugins.generatevideo.report.ComparisonAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of a job's earlier comparisons, for gates that go by what is usual. Only those that have passed: else a
 * regression becomes usual.
 */
final class ComparisonHistory {
    /** So many comparisons say what is usual. */
    static final int MOST = 20;

    /** So many builds are looked at for them. */
    private static final int MOST_BUILDS = 200;

    private ComparisonHistory() {}

    /** Reports of the comparisons in a folder of earlier builds' archives, newest first, with their figures only. */
    static List<String> before(Run<?, ?> run, String folder) {
        List<String> reports = new ArrayList<>();
        int looked = 0;
        for (Run<?, ?> earlier = run.getPreviousBuild();
                earlier != null && reports.size() < MOST && looked < MOST_BUILDS;
                earlier = earlier.getPreviousBuild()) {
            looked++;
            ComparisonAction action = earlier.getAction(ComparisonAction.class);
            for (Comparison comparison : action == null ? List.<Comparison>of() : action.getComparisons()) {
                if (comparison.getFolder().equals(folder)
                        && comparison.getMissing() == null
                        && comparison.getLevel() == Level.PASSED) {
                    reports.add(report(comparison));
                }
            }
        }
        return reports;
    }

    static String report(Comparison comparison) {
        List<Object> clips = new ArrayList<>();
        for (ComparedClip clip : comparison.getClips()) {
            Map<String, Object> figures = new LinkedHashMap<>();
            // JSON has no infinity; the executor reads any word as that.
            clip.getFigures()
                    .forEach(
                            (name, value) -> figures.put(name, Double.isInfinite(value) ? (Object) "infinite" : value));
            clips.add(Map.of("name", clip.getName(), "figures", figures));
        }
        return JsonOutput.toJson(Map.of("clips", clips));
    }
}
