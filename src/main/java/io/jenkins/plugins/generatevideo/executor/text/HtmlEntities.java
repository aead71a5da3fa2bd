package io.jenkins.plugins.generatevideo.executor.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces HTML's character references ({@code &amp;}, {@code &#233;}, {@code &#xe9;}) by their characters, by the rules of
 * the HTML Standard as Python's {@code html.unescape} follows them, so that a prompt means what it means to the published
 * pipelines.
 */
final class HtmlEntities {
    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    private static final int REPLACEMENT = 0xfffd;

    private final Map<String, String> named;

    private HtmlEntities(Map<String, String> named) {
        this.named = named;
    }

    /** Reads the table of names; takes a few milliseconds, so it is done for a text that holds an ampersand. */
    static HtmlEntities load() {
        Map<String, String> named = new HashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HtmlEntities.class.getResourceAsStream("html-entities.txt"), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" ");
                    StringBuilder text = new StringBuilder();
                    for (int i = 1; i < parts.length; i++) {
                        text.appendCodePoint(Integer.parseInt(parts[i], 16));
                    }
                    named.put(parts[0], text.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the table of HTML entities is part of this program", e);
        }
        return new HtmlEntities(named);
    }

    String unescape(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        return matcher.replaceAll(match -> Matcher.quoteReplacement(replacement(match.group(1))));
    }

    private String replacement(String reference) {
        if (reference.charAt(0) == '#') {
            return numbered(reference);
        }
        // the longest known beginning counts: "&notit;" is the sign for "not", then "it;"
        for (int length = reference.length(); length > 1; length--) {
            String character = named.get(reference.substring(0, length));
            if (character != null) {
                return character + reference.substring(length);
            }
        }
        return "&" + reference;
    }

    private static String numbered(String reference) {
        String digits =
                reference.endsWith(";") ? reference.substring(1, reference.length() - 1) : reference.substring(1);
        boolean hexadecimal = digits.startsWith("x") || digits.startsWith("X");
        digits = (hexadecimal ? digits.substring(1) : digits).replaceFirst("^0+(?=.)", "");
        // nine digits fit an int in either base and are beyond Unicode
        int code = digits.length() > (hexadecimal ? 7 : 9)
                ? Integer.MAX_VALUE
                : Integer.parseInt(digits, hexadecimal ? 16 : 10);
        if (code == 0 || code > Character.MAX_CODE_POINT || code >= 0xd800 && code <= 0xdfff) {
            return Character.toString(REPLACEMENT);
        }
        if (code == '\r') {
            return "\r";
        }
        if (code >= 0x80 && code <= 0x9f) {
            // old pages number Windows' characters; where Windows has none, the number stands for itself
            String windows = new String(new byte[] {(byte) code}, Charset.forName("windows-1252"));
            return windows.charAt(0) == REPLACEMENT ? Character.toString(code) : windows;
        }
        return forbidden(code) ? "" : Character.toString(code);
    }

    /** Control characters and what Unicode reserves for no character. */
    private static boolean forbidden(int code) {
        boolean control = code < ' ' && code != '\t' && code != '\n' && code != '\f' || code == 0x7f;
        return control || code >= 0xfdd0 && code <= 0xfdef || (code & 0xfffe) == 0xfffe;
    }
}
