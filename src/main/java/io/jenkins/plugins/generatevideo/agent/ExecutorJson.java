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

    /** What the executor writes is far flatter. The parser calls itself for each level, and must not overflow. */
    private static final int DEEPEST = 32;

    /** JSON has no infinity: the executor writes this word for it. */
    private static final String INFINITE = "infinite";

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
        checkDepth(text, what);
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

    /** Whether there is anything under a name. */
    public boolean has(String name) {
        return object.get(name) != null;
    }

    /** The names in the object, in their order. */
    public List<String> names() {
        return object.keySet().stream().map(String::valueOf).toList();
    }

    /** The objects of the array under a name. */
    public List<ExecutorJson> objects(String name) throws IOException {
        List<ExecutorJson> objects = new ArrayList<>();
        for (Object value : array(name)) {
            objects.add(of(value, what + "." + name));
        }
        return objects;
    }

    /** The texts of the array under a name, each at most 20,000 characters; none, if there is nothing under the name. */
    public List<String> texts(String name) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Object value : has(name) ? array(name) : List.of()) {
            if (!(value instanceof String text) || text.length() > LONGEST_TEXT) {
                throw new IOException(what + "." + name + " holds what is no text");
            }
            texts.add(text);
        }
        return texts;
    }

    /** The numbers of the array under a name, which may be infinite; none, if there is nothing under the name. */
    public double[] figures(String name) throws IOException {
        List<?> values = has(name) ? array(name) : List.of();
        double[] figures = new double[values.size()];
        for (int i = 0; i < figures.length; i++) {
            figures[i] = figure(values.get(i), name);
        }
        return figures;
    }

    /** The number under a name, which may be infinite. */
    public double figure(String name) throws IOException {
        return figure(object.get(name), name);
    }

    /** What is true or false under a name. */
    public boolean flag(String name) throws IOException {
        if (object.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw new IOException(what + " has no flag " + name);
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

    private double figure(Object value, String name) throws IOException {
        if (INFINITE.equals(value)) {
            return Double.POSITIVE_INFINITY;
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw new IOException(what + " has no number " + name);
    }

    private List<?> array(String name) throws IOException {
        if (object.get(name) instanceof List<?> list) {
            return list;
        }
        throw new IOException(what + " has no array " + name);
    }

    private static void checkDepth(String text, String what) throws IOException {
        int depth = 0;
        boolean inText = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (inText && c == '\\') {
                i++;
            } else if (c == '"') {
                inText = !inText;
            } else if (!inText && (c == '{' || c == '[') && ++depth > DEEPEST) {
                throw new IOException(what + " is nested too deep");
            } else if (!inText && (c == '}' || c == ']')) {
                depth--;
            }
        }
    }

    private static ExecutorJson of(Object value, String what) throws IOException {
        if (value instanceof Map<?, ?> map) {
            return new ExecutorJson(map, what);
        }
        throw new IOException(what + " is no JSON object");
    }
}
