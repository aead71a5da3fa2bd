package io.jenkins.plugins.generatevideo.agent;

import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.Degraded;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Writes a request for the executor as one JSON object. Own code, because the JSON library of Jenkins core reads a text
 * such as {@code [x]} as JSON of its own, which a prompt must never be.
 */
public final class RequestJson {
    private final Map<String, String> fields = new LinkedHashMap<>();

    private RequestJson() {}

    /** The request with the fields that are given; what is null is left out. */
    public static String of(ClipRequest request) {
        return new RequestJson()
                .text("prompt", request.prompt())
                .text("negativePrompt", request.negativePrompt())
                .text("mode", request.mode())
                .number("quality", request.quality())
                .number("seed", request.seed())
                .text("size", request.size())
                .number("duration", request.duration())
                .number("fps", request.fps())
                .text("bundle", request.bundle())
                .text("backend", request.backend())
                .text("template", request.template())
                .object();
    }

    /** The request {@code json}, which names no mode, in one; {@code degraded} says why, if it is not what was asked for. */
    public static String in(String json, String mode, Degraded degraded) {
        RequestJson more = new RequestJson().text("mode", mode);
        if (degraded != null) {
            String why = new RequestJson()
                    .text("from", degraded.from())
                    .text("why", degraded.why())
                    .object();
            more.fields.put("degraded", why);
        }
        return joined(json, more);
    }

    private static String joined(String json, RequestJson more) {
        return more.fields.isEmpty()
                ? json
                : json.substring(0, json.length() - 1) + "," + more.object().substring(1);
    }

    private String object() {
        return fields.entrySet().stream()
                .map(field -> quote(field.getKey()) + ":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** A request with one more field. */
    public static String with(String request, String name, String value) {
        return joined(request, new RequestJson().text(name, value));
    }

    private RequestJson text(String name, String value) {
        if (value != null) {
            fields.put(name, quote(value));
        }
        return this;
    }

    private RequestJson number(String name, Number value) {
        if (value != null) {
            fields.put(name, value.toString());
        }
        return this;
    }

    private static String quote(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c == '\u2028' || c == '\u2029') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
