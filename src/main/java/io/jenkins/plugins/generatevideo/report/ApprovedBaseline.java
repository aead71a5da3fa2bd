package io.jenkins.plugins.generatevideo.report;

import hudson.model.BuildBadgeAction;
import hudson.model.InvisibleAction;
import hudson.model.Job;
import hudson.model.Run;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.logging.Logger;

/**
 * Says that a build's clips are a baseline which others are compared with, by whom and since when; also after the approval
 * was withdrawn. While it holds, the build is kept.
 */
public class ApprovedBaseline extends InvisibleAction implements BuildBadgeAction {
    private static final Logger LOGGER = Logger.getLogger(ApprovedBaseline.class.getName());

    private List<Decision> decisions = new ArrayList<>();

    /** Whether the build is kept because of the approval, and was not before. */
    private boolean keeps;

    /** An approval or its withdrawal. */
    public static final class Decision implements Serializable {
        private static final long serialVersionUID = 1L;

        private final boolean approved;
        private final String who;
        private final long when;

        Decision(boolean approved, String who, long when) {
            this.approved = approved;
            this.who = who;
            this.when = when;
        }

        public boolean isApproved() {
            return approved;
        }

        /** The user's id. */
        public String getWho() {
            return who;
        }

        public Date getWhen() {
            return new Date(when);
        }
    }

    /**
     * Approves a build's clips. The build is kept from now on; who calls this has checked whether that may be.
     *
     * @param who the user's id
     */
    public static void approve(Run<?, ?> run, String who) throws IOException {
        synchronized (run) {
            ApprovedBaseline action = run.getAction(ApprovedBaseline.class);
            if (action == null) {
                action = new ApprovedBaseline();
                run.addAction(action);
            }
            if (!action.isApproved()) {
                action.decide(true, who);
                LOGGER.info(() -> who + " approved " + run.getFullDisplayName() + " as a baseline of videos");
                if (run.isKeepLog()) {
                    run.save();
                } else {
                    action.keeps = true;
                    run.keepLog(true);
                }
            }
        }
    }

    /**
     * Withdraws the approval.
     *
     * @param mayRelease whether the build may go when its time has come, if only the approval has kept it
     */
    public static void revoke(Run<?, ?> run, String who, boolean mayRelease) throws IOException {
        synchronized (run) {
            ApprovedBaseline action = run.getAction(ApprovedBaseline.class);
            if (action != null && action.isApproved()) {
                action.decide(false, who);
                LOGGER.info(() -> who + " withdrew the approval of " + run.getFullDisplayName());
                if (action.keeps && mayRelease) {
                    action.keeps = false;
                    run.keepLog(false);
                } else {
                    run.save();
                }
            }
        }
    }

    /** Whether a build's clips are an approved baseline. */
    static boolean isApproved(Run<?, ?> run) {
        ApprovedBaseline action = run.getAction(ApprovedBaseline.class);
        return action != null && action.isApproved();
    }

    /** The newest build of a job that is approved, other than {@code asking}; null if there is none. */
    public static Run<?, ?> latest(Job<?, ?> job, Run<?, ?> asking) {
        Run<?, ?> run = job.getLastBuild();
        while (run != null && (run.equals(asking) || !isApproved(run))) {
            run = run.getPreviousBuild();
        }
        return run;
    }

    private void decide(boolean approved, String who) {
        // A new list, because a page may be looking at the old one.
        List<Decision> more = new ArrayList<>(decisions);
        more.add(new Decision(approved, who, System.currentTimeMillis()));
        decisions = more;
    }

    /** Whether the approval holds. */
    public boolean isApproved() {
        return !decisions.isEmpty() && decisions.get(decisions.size() - 1).isApproved();
    }

    /** Everything that was decided, the oldest first. */
    public List<Decision> getDecisions() {
        return decisions;
    }
}
