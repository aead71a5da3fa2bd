package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frames per second as an exact fraction in lowest terms, because broadcast rates such as 24000/1001 have no exact
 * decimal.
 *
 * @param numerator frames, at least 1
 * @param denominator seconds, at least 1
 */
public record FrameRate(int numerator, int denominator) {
    /** No display and no player goes beyond; it also keeps the arithmetic of time stamps far from overflow. */
    private static final int FASTEST = 1000;

    private static final Pattern FRACTION = Pattern.compile("(\\d{1,9})/(\\d{1,9})");
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,4}(\\.\\d{1,5})?");
    /** The broadcast rates are whole numbers times this fraction (SMPTE ST 170, ST 274). */
    private static final int BROADCAST_NUMERATOR = 1000;

    private static final int BROADCAST_DENOMINATOR = 1001;

    public FrameRate {
        if (numerator < 1 || denominator < 1 || numerator / denominator > FASTEST) {
            throw new IllegalArgumentException("a frame rate lies above 0 and up to " + FASTEST + " per second, not "
                    + numerator + "/" + denominator);
        }
        int divisor = greatestCommonDivisor(numerator, denominator);
        numerator /= divisor;
        denominator /= divisor;
    }

    public static FrameRate of(int framesPerSecond) {
        return new FrameRate(framesPerSecond, 1);
    }

    /**
     * Reads {@code "24"}, {@code "12.5"}, {@code "24000/1001"}, or the usual short form of a broadcast rate ({@code
     * "23.976"}, {@code "29.97"}, {@code "59.94"}), which stands for the exact fraction.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if the text is no frame rate
     */
    public static FrameRate parse(String text) throws ExecutorException {
        String trimmed = text.strip();
        try {
            Matcher fraction = FRACTION.matcher(trimmed);
            if (fraction.matches()) {
                return new FrameRate(Integer.parseInt(fraction.group(1)), Integer.parseInt(fraction.group(2)));
            }
            if (DECIMAL.matcher(trimmed).matches()) {
                return ofDecimal(new BigDecimal(trimmed));
            }
        } catch (IllegalArgumentException outOfRange) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, sentence(trimmed), outOfRange);
        }
        throw new ExecutorException(ExitCode.BAD_REQUEST, sentence(trimmed));
    }

    private static FrameRate ofDecimal(BigDecimal decimal) {
        int broadcast = (int) Math.ceil(decimal.doubleValue());
        double exact = (double) broadcast * BROADCAST_NUMERATOR / BROADCAST_DENOMINATOR;
        if (decimal.stripTrailingZeros().scale() > 0 && Math.abs(exact - decimal.doubleValue()) < 0.005) {
            return new FrameRate(broadcast * BROADCAST_NUMERATOR, BROADCAST_DENOMINATOR);
        }
        int scale = Math.max(0, decimal.scale());
        return new FrameRate(
                decimal.unscaledValue().intValueExact(),
                BigDecimal.TEN.pow(scale).intValueExact());
    }

    private static String sentence(String text) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
        return "The frame rate \"" + shown + "\" is not a number of frames per second: give one above 0 and up to "
                + FASTEST + ", such as 24, 23.976 or 24000/1001.";
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    /** Frames per second. */
    public double value() {
        return (double) numerator / denominator;
    }

    /** When frame {@code index} (from 0) is shown, in seconds. */
    public double seconds(long index) {
        return (double) index * denominator / numerator;
    }

    @Override
    public String toString() {
        return denominator == 1 ? Integer.toString(numerator) : numerator + "/" + denominator;
    }
}
