package io.jenkins.plugins.generatevideo.executor.bundle;

import java.util.List;
import java.util.regex.Pattern;

/** The refusals that the manifest's records share; each message names the field. */
final class Check {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private Check() {}

    static <T> T present(T value, String field) {
        if (value == null) {
            throw new IllegalArgumentException("\"" + field + "\" is missing");
        }
        return value;
    }

    static String text(String value, String field) {
        if (present(value, field).isBlank()) {
            throw new IllegalArgumentException("\"" + field + "\" is empty");
        }
        return value;
    }

    /** @return an unmodifiable copy of a list with at least one element and no null */
    static <T> List<T> some(List<T> values, String field) {
        if (present(values, field).isEmpty()) {
            throw new IllegalArgumentException("\"" + field + "\" is an empty list");
        }
        if (values.stream().anyMatch(value -> value == null)) {
            throw new IllegalArgumentException("\"" + field + "\" holds null");
        }
        return List.copyOf(values);
    }

    static void range(long value, long minimum, long maximum, String field) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(
                    "\"" + field + "\" must be from " + minimum + " to " + maximum + ", not " + value);
        }
    }

    static void that(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    static String sha256(String value, String field) {
        that(
                SHA_256.matcher(present(value, field)).matches(),
                "\"" + field + "\" must be a SHA-256 in 64 lower-case hexadecimal digits");
        return value;
    }

    /**
     * A path that stays in the bundle's folder and means the same on every system: relative, forward slashes, no {@code .}
     * or {@code ..}, printable ASCII without what Windows forbids.
     */
    static String relativePath(String value, String field) {
        String problem = pathProblem(present(value, field));
        that(problem == null, "\"" + field + "\" names \"" + value + "\", which " + problem);
        return value;
    }

    /** @return why {@code path} is refused ("is absolute"), or null if it is not */
    static String pathProblem(String path) {
        if (path.isEmpty()) {
            return "is an empty path";
        }
        if (path.length() > 512) {
            return "is a path of more than 512 characters";
        }
        if (path.startsWith("/") || path.indexOf(':') >= 0) {
            return "is an absolute path";
        }
        if (path.chars().anyMatch(c -> c < ' ' || c > '~' || "\\*?\"<>|".indexOf(c) >= 0)) {
            return "has characters that not every system takes in a file name";
        }
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                return "leads out of the folder";
            }
            if (segment.isEmpty() || segment.equals(".")) {
                return "is a path with an empty part";
            }
            if (segment.length() > 255) {
                return "has a part of more than 255 characters";
            }
        }
        return null;
    }
}
