package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Level;
import java.util.Locale;

/**
 * A gate and what it said.
 *
 * @param value the figure; {@code NaN} if it was not measured
 * @param limit the bound that held; {@code NaN} if there was no history
 */
public record GateResult(Gate gate, double value, double limit, boolean passed) {
    /** The gate against one comparison's figure; {@code NaN} (not measured) passes. */
    static GateResult of(Gate gate, double value, History history) {
        double limit = gate.fromHistory() ? history.median(gate.figure()) + gate.bound() : gate.bound();
        boolean passed =
                Double.isNaN(value) || Double.isNaN(limit) || (gate.atLeast() ? value >= limit : value <= limit);
        return new GateResult(gate, value, limit, passed);
    }

    /** {@code PASSED}, or the gate's level. */
    public Level level() {
        return passed ? Level.PASSED : gate.level();
    }

    /** For example {@code ssim.worst is 0.8312, at least 0.96 is allowed}. */
    public String sentence() {
        if (Double.isNaN(value)) {
            return gate.figure() + " was not measured";
        }
        if (Double.isNaN(limit)) {
            return gate.figure() + " is " + number(value) + ", there are no earlier comparisons yet";
        }
        return gate.figure() + " is " + number(value) + ", " + (gate.atLeast() ? "at least " : "at most ")
                + number(limit) + " is allowed";
    }

    private static String number(double value) {
        if (Double.isInfinite(value)) {
            return "infinite";
        }
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.4f", value);
    }
}
