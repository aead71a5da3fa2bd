package io.jenkins.plugins.generatevideo.report;

import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.contract.Level;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;

/** The page <em>Comparison</em> of a build, its summary on the build's main page, and what the build remembers. */
public class ComparisonAction extends ArtifactsPage {
    private List<Comparison> comparisons = new ArrayList<>();

    /** Adds a comparison to the build's page and saves the build. One of the same folder takes the older one's place. */
    public static void add(Run<?, ?> run, Comparison comparison) throws IOException {
        synchronized (run) {
            ComparisonAction action = run.getAction(ComparisonAction.class);
            if (action == null) {
                action = new ComparisonAction();
                run.addAction(action);
            }
            // A new list, because a page may be looking at the old one.
            List<Comparison> comparisons = new ArrayList<>(action.comparisons);
            comparisons.removeIf(other -> other.getFolder().equals(comparison.getFolder()));
            comparisons.add(comparison);
            action.comparisons = comparisons;
            run.save();
        }
    }

    public List<Comparison> getComparisons() {
        return comparisons;
    }

    /** Whether nothing that was compared has missed a gate. */
    public boolean isSound() {
        return comparisons.stream()
                .allMatch(comparison -> comparison.getMissing() != null || comparison.getLevel() == Level.PASSED);
    }

    /** How the metrics go over time, frame by frame, from the archive. */
    public FramePlots plots(Comparison comparison) {
        return FramePlots.read(getRun(), comparison);
    }

    /** The address of the baseline's page, relative to Jenkins' root; null if there is none or it may not be seen. */
    public String baselineAddress(Comparison comparison) {
        if (comparison.getBaselineJob() == null) {
            return null;
        }
        Job<?, ?> job = Jenkins.get().getItemByFullName(comparison.getBaselineJob(), Job.class);
        Run<?, ?> baseline = job == null ? null : job.getBuildByNumber(comparison.getBaselineNumber());
        return baseline == null ? null : baseline.getUrl();
    }

    @Override
    public String getDisplayName() {
        return Messages.ComparisonAction_DisplayName();
    }

    @Override
    String icon() {
        return "symbol-git-compare-outline plugin-ionicons-api";
    }

    @Override
    public String getUrlName() {
        return "comparison";
    }
}
