package io.jenkins.plugins.generatevideo.agent;

import groovy.json.JsonException;
import groovy.json.JsonSlurperClassic;
import io.jenkins.plugins.generatevideo.contract.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads what the executor wrote on an agent, and believes none of it unchecked. */
public final class ExecutorJson {
    private static final int LONGEST_TEXT = 20_000;

    private final Map<?, ?> object;
    private final String what;

    private ExecutorJson(Map<?, ?> object, String what) {
        this.object = object;
        this.what = what;
    }

    /**
     * Parses one object.
     *
     * @param what it is, for messages
     * @throws IOException if the text is no JSON object
     */
    public static ExecutorJson parse(String text, String what) throws IOException {
        Object parsed;
        try {
            parsed = new JsonSlurperClassic().parseText(text);
        } catch (JsonException | IllegalArgumentException e) {
            throw new IOException(what + " is not JSON", e);
        }
        return of(parsed, what);
    }

    /** The progress in a line, or null if the line holds none. */
    public static Progress progress(String line) {
        if (line == null || line.isBlank()) {
            return null;
        }
        try {
            ExecutorJson json = parse(line, "progress");
            String label = json.text("stage");
            for (Progress.Stage stage : Progress.Stage.values()) {
                if (stage.label().equals(label)) {
                    Double left = json.object.get("secondsLeft") == null ? null : json.number("secondsLeft");
                    return new Progress(stage, (int) json.number("step"), (int) json.number("steps"), left);
                }
            }
            return null;
        } catch (IOException | IllegalArgumentException e) {
            // Progress is for the eye; a broken line of it is worth no failed build.
            return null;
        }
    }

    /** The object under a name. */
    public ExecutorJson object(String name) throws IOException {
        return of(object.get(name), what + "." + name);
    }

    /** The objects in the list under a name, at most {@code most} of them. */
    public List<ExecutorJson> objects(String name, int most) throws IOException {
        List<ExecutorJson> objects = new ArrayList<>();
        for (Object element : list(name, most)) {
            objects.add(of(element, what + "." + name));
        }
        return objects;
    }

    /** Whether there is something under a name. */
    public boolean has(String name) {
        return object.get(name) != null;
    }

    /** The truth value under a name. */
    public boolean flag(String name) throws IOException {
        if (object.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw new IOException(what + " has no true or false " + name);
    }

    /** The text under a name, at most 20,000 characters. */
    public String text(String name) throws IOException {
        if (object.get(name) instanceof String text && text.length() <= LONGEST_TEXT) {
            return text;
        }
        throw new IOException(what + " has no text " + name);
    }

    /** The finite number under a name. */
    public double number(String name) throws IOException {
        if (object.get(name) instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw new IOException(what + " has no number " + name);
    }

    /** The whole number under a name. */
    public long wholeNumber(String name) throws IOException {
        Object value = object.get(name);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new IOException(what + " has no whole number " + name);
    }

    private List<?> list(String name, int most) throws IOException {
        if (object.get(name) instanceof List<?> list && list.size() <= most) {
            return list;
        }
        throw new IOException(what + " has no list " + name + " of at most " + most);
    }

    private static ExecutorJson of(Object value, String what) throws IOException {
        if (value instanceof Map<?, ?> map) {
            return new ExecutorJson(map, what);
        }
        throw new IOException(what + " is no JSON object");
    }
}
