package io.jenkins.plugins.generatevideo.report;

import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import io.jenkins.plugins.generatevideo.contract.Level;
import java.io.IOException;
import java.io.Serializable;

/** A gate of a comparison and what it said. */
public final class JudgedGate implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String figure;
    private final boolean atLeast;
    /** Null without history. */
    private final Double limit;
    /** Null where it was not measured. */
    private final Double value;

    private final boolean failing;
    private final boolean passed;

    JudgedGate(ExecutorJson json) throws IOException {
        figure = json.text("figure");
        if (!ComparisonFigure.names().contains(figure)) {
            throw new IOException("comparison.json has a gate on an unknown figure");
        }
        atLeast = json.text("bound").equals("at least");
        limit = json.has("limit") ? Double.valueOf(json.figure("limit")) : null;
        value = json.has("value") ? Double.valueOf(json.figure("value")) : null;
        failing = json.text("level").equals(Level.FAILED.key());
        if (!failing && !json.text("level").equals(Level.UNSTABLE.key())) {
            throw new IOException("comparison.json has a gate of an unknown level");
        }
        passed = json.flag("passed");
    }

    public String getFigure() {
        return figure;
    }

    /** What was allowed, for example {@code ≥ 0.97}; a dash, if there was no history to go by. */
    public String getAllowed() {
        return limit == null ? "–" : (atLeast ? "≥ " : "≤ ") + ComparisonWords.number(limit);
    }

    /** What was measured; a dash, if it was not. */
    public String getMeasured() {
        return value == null ? "–" : ComparisonWords.number(value);
    }

    /** The bound, null without history. */
    Double limit() {
        return limit;
    }

    /** {@code UNSTABLE} or {@code FAILED}: what it means when it is not passed. */
    public Level getLevel() {
        return failing ? Level.FAILED : Level.UNSTABLE;
    }

    /** {@code PASSED}, or what it means that it is not. */
    public Level getResult() {
        return passed ? Level.PASSED : getLevel();
    }

    public String getResultWords() {
        return ComparisonWords.level(getResult());
    }

    public boolean isPassed() {
        return passed;
    }

    /** For the log and the warning, for example {@code ssim.mean 0.8312 (≥ 0.97)}. */
    public String getWords() {
        return figure + " " + getMeasured() + " (" + getAllowed() + ")";
    }
}
