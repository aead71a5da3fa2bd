package io.jenkins.plugins.generatevideo.step;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a request for the executor as one JSON object. Own code, because the JSON library of Jenkins core reads a text
 * such as {@code [x]} as JSON of its own, which a prompt must never be.
 */
final class RequestJson {
    private final Map<String, String> fields = new LinkedHashMap<>();

    /** Adds a text; {@code null} leaves the field out. */
    RequestJson text(String name, String value) {
        if (value != null) {
            fields.put(name, quote(value));
        }
        return this;
    }

    /** Adds a number; {@code null} leaves the field out. */
    RequestJson number(String name, Number value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
        return this;
    }

    @Override
    public String toString() {
        return fields.entrySet().stream()
                .map(field -> quote(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String quote(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                // Surrogates too: a lone one has no form in UTF-8, and would reach the executor as a question mark.
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
