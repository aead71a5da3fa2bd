package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.generatevideo.contract.ComparisonGates;
import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.report.ApprovedBaseline;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import io.jenkins.plugins.generatevideo.report.Comparison;
import io.jenkins.plugins.generatevideo.report.ComparisonAction;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;

/**
 * What the Pipeline step and the freestyle step have in common: their parameters, and how they become a comparison. Null
 * means the default; only what differs from it is stored.
 */
final class ComparisonParameters implements Serializable {
    private static final long serialVersionUID = 1L;

    static final String DEFAULT_OUTPUT = "video-comparison";

    private static final Pattern BETWEEN_GATES = Pattern.compile("[,;\\n\\r]+");

    String baseline;
    String baselineJob;
    String baselineFiles;
    String candidateFiles;
    String clips;
    Double minPsnr;
    Double minSsim;
    Double minMsSsim;
    Double maxFlip;
    Double maxColourShift;
    /** One or more, with commas or line ends between. */
    String gates;

    boolean defaultGates;
    boolean unstableOnly;
    boolean acceptFirst;
    String output;

    /**
     * Plans the comparison. The calling thread must have the authentication of the build.
     *
     * @param expand replaces build variables
     * @throws AbortException with a sentence, if something is wrong with a parameter
     */
    ComparisonPlan plan(Run<?, ?> run, UnaryOperator<String> expand) throws IOException {
        try {
            return planned(run, expand);
        } catch (IllegalArgumentException e) {
            AbortException refused = new AbortException(e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    private ComparisonPlan planned(Run<?, ?> run, UnaryOperator<String> expand) throws IOException {
        ComparisonGates asked = gates();
        String folder = ClipParameters.folder(output == null ? DEFAULT_OUTPUT : expand.apply(output));
        Baseline against = baseline(run, expand);
        if (against == null) {
            return new ComparisonPlan(null, withoutBaseline(run, folder));
        }
        boolean byHistory = asked.chosen().stream().anyMatch(Gate::fromHistory);
        ComparisonTask task = new ComparisonTask(
                against,
                path(candidateFiles, expand),
                path(clips, expand),
                asked.arguments(),
                byHistory ? ComparisonHistory.before(run, folder) : List.of(),
                folder);
        return new ComparisonPlan(task, null);
    }

    private ComparisonGates gates() {
        return new ComparisonGates(
                minPsnr, minSsim, minMsSsim, maxFlip, maxColourShift, split(gates), defaultGates, unstableOnly);
    }

    static List<String> split(String gates) {
        return gates == null
                ? List.of()
                : Arrays.stream(BETWEEN_GATES.split(gates))
                        .map(String::trim)
                        .filter(gate -> !gate.isEmpty())
                        .toList();
    }

    private Baseline baseline(Run<?, ?> run, UnaryOperator<String> expand) throws IOException {
        String files = path(baselineFiles, expand);
        if (files != null) {
            if (baseline != null || baselineJob != null) {
                throw new AbortException(Messages.ComparisonParameters_TwoBaselines());
            }
            return Baseline.inWorkspace(files);
        }
        String which = ClipParameters.expanded(baseline, expand);
        Run<?, ?> found = BaselineBuilds.of(ClipParameters.expanded(baselineJob, expand), run)
                .find(which == null ? BaselineBuilds.LAST_SUCCESSFUL : which, path(clips, expand));
        return found == null ? null : Baseline.of(found, run);
    }

    private Comparison withoutBaseline(Run<?, ?> run, String folder) throws IOException {
        boolean approving = BaselineBuilds.APPROVED.equals(baseline) && baselineJob == null;
        ClipsAction made = run.getAction(ClipsAction.class);
        String missing;
        if (!acceptFirst) {
            missing = approving
                    ? Messages.ComparisonParameters_NoneApproved()
                    : Messages.ComparisonParameters_NoBaseline();
        } else if (approving && made != null && made.isArchived()) {
            // Whoever has written the job has decided it; to keep a build is otherwise a person's right.
            String who = Jenkins.getAuthentication2().getName();
            try (ACLContext context = ACL.as2(ACL.SYSTEM2)) {
                ApprovedBaseline.approve(run, who);
            }
            missing = Messages.ComparisonParameters_FirstApproved();
        } else {
            missing = Messages.ComparisonParameters_First();
        }
        Comparison comparison =
                Comparison.withoutBaseline(folder, acceptFirst ? Level.PASSED : Level.UNSTABLE, missing);
        ComparisonAction.add(run, comparison);
        return comparison;
    }

    private static String path(String text, UnaryOperator<String> expand) {
        String path = ClipParameters.expanded(text, expand);
        return path == null ? null : ClipParameters.folder(path);
    }
}
