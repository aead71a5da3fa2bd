package io.jenkins.plugins.generatevideo.executor.text;

import java.text.Normalizer;

/** Cleans prompts as the published Wan pipeline does. */
public final class Prompts {
    private Prompts() {}

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
}
