package io.jenkins.plugins.generatevideo.step;

import java.util.regex.Pattern;

/** What the fields of a generation may hold, said once for forms and builds. A text with a variable passes the form. */
final class GenerateVideoFields {
    static final String DEFAULT_MODE = "standard";
    static final String DEFAULT_BUNDLE = "shapes";
    static final String DEFAULT_OUTPUT = "generated-video";

    /** The longest prompt that the executor reads, in characters. */
    static final int LONGEST_PROMPT = 10_000;

    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,4}x[1-9][0-9]{0,4}");
    private static final Pattern SEED = Pattern.compile("[0-9]{1,19}");

    private GenerateVideoFields() {}

    /** The first thing wrong with a request, as a sentence, or {@code null}. */
    static String firstProblem(String prompt, String seed, String size, Double duration, Integer fps) {
        String problem = promptProblem(prompt);
        if (problem == null) {
            problem = seedProblem(seed);
        }
        if (problem == null) {
            problem = sizeProblem(size);
        }
        if (problem == null && duration != null) {
            problem = positiveNumberProblem(duration.toString());
        }
        if (problem == null && fps != null) {
            problem = positiveNumberProblem(fps.toString());
        }
        return problem;
    }

    static String promptProblem(String prompt) {
        if (prompt == null || prompt.isBlank()) {
            return Messages.GenerateVideoFields_PromptMissing();
        }
        if (prompt.length() > LONGEST_PROMPT) {
            return Messages.GenerateVideoFields_PromptTooLong(prompt.length(), LONGEST_PROMPT);
        }
        return null;
    }

    static String seedProblem(String seed) {
        if (seed == null || hasVariable(seed)) {
            return null;
        }
        try {
            return SEED.matcher(seed).matches() && Long.parseLong(seed) >= 0
                    ? null
                    : Messages.GenerateVideoFields_SeedWrong(seed);
        } catch (NumberFormatException e) {
            return Messages.GenerateVideoFields_SeedWrong(seed);
        }
    }

    static String sizeProblem(String size) {
        return size == null || hasVariable(size) || SIZE.matcher(size).matches()
                ? null
                : Messages.GenerateVideoFields_SizeWrong(size);
    }

    static String positiveNumberProblem(String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        try {
            double number = Double.parseDouble(value);
            return number > 0 && !Double.isInfinite(number) ? null : Messages.GenerateVideoFields_NotPositive(value);
        } catch (NumberFormatException e) {
            return Messages.GenerateVideoFields_NotPositive(value);
        }
    }

    private static boolean hasVariable(String text) {
        return text.indexOf('$') >= 0;
    }
}
