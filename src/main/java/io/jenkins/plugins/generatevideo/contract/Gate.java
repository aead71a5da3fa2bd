package io.jenkins.plugins.generatevideo.contract;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bound on one figure of a comparison.
 *
 * @param figure its name, for example {@code ssim.mean} or {@code droppedFrames}
 * @param atLeast whether the figure must reach the bound, otherwise it must not exceed it
 * @param bound the bound, or with {@code fromHistory} what is added to the median of earlier comparisons
 * @param fromHistory whether the bound goes from earlier comparisons; without any the gate is passed
 * @param level what it means when the gate is not passed: {@code UNSTABLE} or {@code FAILED}
 */
public record Gate(String figure, boolean atLeast, double bound, boolean fromHistory, Level level) {
    private static final Pattern TEXT = Pattern.compile(
            "([A-Za-z0-9.]+)\\s*(>=|<=)\\s*(history)?\\s*([+-]?[0-9]+(?:\\.[0-9]+)?)?\\s*(?::\\s*(unstable|failed))?");

    public Gate {
        if (level == Level.PASSED) {
            throw new IllegalArgumentException("a gate that is not passed cannot count as passed");
        }
        if (!ComparisonFigure.names().contains(figure)) {
            throw new IllegalArgumentException("there is no figure " + figure);
        }
    }

    /**
     * What a comparison is held against when nothing else is said. The bounds were chosen by measurements, see
     * docs/compare.md: re-encoding passes them, what a person sees does not.
     */
    public static List<Gate> defaults() {
        return List.of(
                atLeast("psnr.worst", 40, Level.UNSTABLE),
                atLeast("ssim.worst", 0.985, Level.UNSTABLE),
                atLeast("msSsim.worst", 0.99, Level.UNSTABLE),
                atMost("flip.mean", 0.04, Level.UNSTABLE),
                atMost("flip.worst", 0.08, Level.UNSTABLE),
                atMost("colourShift.worst", 1.0, Level.UNSTABLE),
                atMost("motionDifference.mean", 0.5, Level.UNSTABLE),
                atMost("flickerDifference.mean", 0.25, Level.UNSTABLE),
                atMost("missingFrames", 0, Level.UNSTABLE),
                atMost("droppedFrames", 0, Level.UNSTABLE),
                atMost("repeatedFrames", 0, Level.UNSTABLE),
                atMost("frozenSeconds", 0, Level.UNSTABLE),
                atMost("sceneCutDifferences", 0, Level.UNSTABLE),
                atLeast("ssim.mean", 0.90, Level.FAILED),
                atMost("flip.mean", 0.15, Level.FAILED));
    }

    public static Gate atLeast(String figure, double bound, Level level) {
        return new Gate(figure, true, bound, false, level);
    }

    public static Gate atMost(String figure, double bound, Level level) {
        return new Gate(figure, false, bound, false, level);
    }

    /**
     * Reads {@code FIGURE>=NUMBER} or {@code FIGURE<=NUMBER}, where the number may be {@code history}, {@code history-2} or
     * the like, and {@code :unstable} may follow; without it the level is {@code failed}.
     *
     * @throws IllegalArgumentException with a sentence, if the text is no gate
     */
    public static Gate parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()
                || matcher.group(3) == null && matcher.group(4) == null
                || matcher.group(3) != null
                        && matcher.group(4) != null
                        && Character.isDigit(matcher.group(4).charAt(0))) {
            throw new IllegalArgumentException("The gate \"" + text
                    + "\" cannot be read: write it as ssim.mean>=0.97, flip.worst<=0.1:unstable or "
                    + "psnr.mean>=history-2.");
        }
        Set<String> names = ComparisonFigure.names();
        if (!names.contains(matcher.group(1))) {
            throw new IllegalArgumentException("The gate \"" + text + "\" names the unknown figure \""
                    + matcher.group(1) + "\": choose one of " + String.join(", ", names) + ".");
        }
        double number = matcher.group(4) == null ? 0 : Double.parseDouble(matcher.group(4));
        Level level = "unstable".equals(matcher.group(5)) ? Level.UNSTABLE : Level.FAILED;
        return new Gate(matcher.group(1), matcher.group(2).equals(">="), number, matcher.group(3) != null, level);
    }

    /** The same gate that only makes a build unstable. */
    public Gate unstableOnly() {
        return new Gate(figure, atLeast, bound, fromHistory, Level.UNSTABLE);
    }
}
