package io.jenkins.plugins.generatevideo.executor.text;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.text.Normalizer;

/** Checks prompts and cleans them as the published Wan pipeline does. */
public final class Prompts {
    /** The most characters that a prompt may have; models read a few hundred. */
    public static final int MAXIMUM_LENGTH = 10_000;

    private Prompts() {}

    /**
     * Checks and cleans a prompt.
     *
     * @param what how the sentence calls it: {@code prompt}, {@code negativePrompt}
     * @throws ExecutorException {@code BAD_REQUEST} if nothing is left after cleaning, or {@link #checkedOrEmpty} refuses
     */
    public static String checked(String what, String text) throws ExecutorException {
        String clean = checkedOrEmpty(what, text);
        if (clean.isEmpty()) {
            throw bad("The " + what + " is empty; say in a sentence what the video shows.");
        }
        return clean;
    }

    /**
     * Checks and cleans a prompt that may say nothing.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if it is too long or holds control characters
     */
    public static String checkedOrEmpty(String what, String text) throws ExecutorException {
        int length = text.codePointCount(0, text.length());
        if (length > MAXIMUM_LENGTH) {
            throw bad("The " + what + " has " + length + " characters, but at most " + MAXIMUM_LENGTH
                    + " are allowed; shorten it.");
        }
        int position = 0;
        for (int index = 0; index < text.length(); ) {
            int code = text.codePointAt(index);
            position++;
            boolean layout = code == '\t' || code == '\n' || code == '\r';
            if (Character.isISOControl(code) && !layout) {
                throw bad("The " + what + " holds the control character " + name(code) + " at position " + position
                        + "; remove it.");
            }
            if (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) {
                throw bad("The " + what + " holds " + name(code) + ", half of a character, at position " + position
                        + "; send it as UTF-8.");
            }
            index += Character.charCount(code);
        }
        return clean(text);
    }

    /**
     * Replaces HTML entities (twice, since texts from the web are often escaped twice), makes one space of white space,
     * trims, and composes characters (Unicode NFC).
     */
    public static String clean(String text) {
        String unescaped = text;
        if (text.indexOf('&') >= 0) {
            HtmlEntities entities = HtmlEntities.load();
            unescaped = entities.unescape(entities.unescape(text));
        }
        StringBuilder clean = new StringBuilder(unescaped.length());
        unescaped.codePoints().forEach(code -> {
            if (!isWhiteSpace(code)) {
                clean.appendCodePoint(code);
            } else if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
                clean.append(' ');
            }
        });
        return Normalizer.normalize(clean.toString().stripTrailing(), Normalizer.Form.NFC);
    }

    /** What Python's {@code \s} matches: all of Unicode's white space, no-break spaces and next line among it. */
    private static boolean isWhiteSpace(int code) {
        return Character.isWhitespace(code) || Character.isSpaceChar(code) || code == 0x85;
    }

    private static String name(int code) {
        return String.format("U+%04X", code);
    }

    private static ExecutorException bad(String sentence) {
        return new ExecutorException(ExitCode.BAD_REQUEST, sentence);
    }
}
