package io.jenkins.plugins.generatevideo.executor.text;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words that a small model knows, to warn of others. Words of letters are compared whole, without case; Chinese has no
 * spaces, so there the longest known word at each place counts, and what no word covers is unknown.
 */
public final class Vocabulary {
    private final Set<String> words = new HashSet<>();
    private final int longestChinese;

    /** @param known words or short phrases, in any case */
    public Vocabulary(Collection<String> known) {
        int longest = 1;
        for (String line : known) {
            for (String word : line.strip().toLowerCase(Locale.ROOT).split("\\s+")) {
                words.add(word);
                longest = Math.max(longest, word.length());
            }
        }
        longestChinese = longest;
    }

    /**
     * Reads a vocabulary, UTF-8, one word or phrase a line.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} if the file cannot be read or is no UTF-8
     */
    public static Vocabulary load(Path file) throws ExecutorException {
        try {
            return new Vocabulary(Files.readAllLines(file));
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The vocabulary " + file + " cannot be read as UTF-8 (" + e + "); restore the engine bundle.",
                    e);
        }
    }

    /** The words of a text that are not known, each once, in the order and case of the text. */
    public List<String> unknownWords(String text) {
        Set<String> unknown = new LinkedHashSet<>();
        int start = 0;
        while (start < text.length()) {
            int code = text.codePointAt(start);
            int end = start + Character.charCount(code);
            if (isHan(code)) {
                while (end < text.length() && isHan(text.codePointAt(end))) {
                    end += Character.charCount(text.codePointAt(end));
                }
                addUnknownChinese(text.substring(start, end), unknown);
            } else if (Character.isLetter(code)) {
                while (end < text.length() && continuesWord(text, end)) {
                    end += Character.charCount(text.codePointAt(end));
                }
                String word = text.substring(start, end);
                if (!isKnown(word)) {
                    unknown.add(word);
                }
            }
            start = end;
        }
        return List.copyOf(unknown);
    }

    private boolean isKnown(String word) {
        String lower = word.toLowerCase(Locale.ROOT).replace('’', '\'');
        // "the ball's" speaks of the ball
        return words.contains(lower) || lower.endsWith("'s") && words.contains(lower.substring(0, lower.length() - 2));
    }

    private static boolean continuesWord(String text, int index) {
        int code = text.codePointAt(index);
        if (code == '\'' || code == '’') {
            return index + 1 < text.length() && Character.isLetter(text.codePointAt(index + 1));
        }
        boolean letter = Character.isLetter(code) || Character.getType(code) == Character.NON_SPACING_MARK;
        return letter && !isHan(code);
    }

    private void addUnknownChinese(String run, Set<String> unknown) {
        StringBuilder uncovered = new StringBuilder();
        int start = 0;
        while (start < run.length()) {
            int length = knownLength(run, start);
            if (length == 0) {
                int code = run.codePointAt(start);
                uncovered.appendCodePoint(code);
                start += Character.charCount(code);
            } else {
                flush(uncovered, unknown);
                start += length;
            }
        }
        flush(uncovered, unknown);
    }

    private int knownLength(String run, int start) {
        for (int length = Math.min(longestChinese, run.length() - start); length > 0; length--) {
            if (words.contains(run.substring(start, start + length))) {
                return length;
            }
        }
        return 0;
    }

    private static void flush(StringBuilder uncovered, Set<String> unknown) {
        if (!uncovered.isEmpty()) {
            unknown.add(uncovered.toString());
            uncovered.setLength(0);
        }
    }

    private static boolean isHan(int code) {
        return Character.UnicodeScript.of(code) == Character.UnicodeScript.HAN;
    }
}
