package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;

/** Reads JSON into records without guessing, and says of what it refuses the path, line and column. */
public final class StrictJson {
    // one for all, since it learns the types that it has read
    private static final JsonMapper MAPPER = create();

    private StrictJson() {}

    /**
     * A reader that refuses unknown, repeated and missing fields, and values of another type than the field's. Everyone
     * shares it: rebuild it to change it.
     */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    private static JsonMapper create() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
        for (CoercionInputShape shape : new CoercionInputShape[] {
            CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean
        }) {
            mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
        }
        return mapper;
    }

    /** What is wrong and where, without a full stop: {@code line 3, column 9: geometry.sizes[0]: …}. */
    public static String problem(JsonProcessingException e) {
        StringBuilder text = new StringBuilder();
        JsonLocation location = e.getLocation();
        if (location != null && location.getLineNr() > 0) {
            text.append("line ").append(location.getLineNr());
            text.append(", column ").append(location.getColumnNr()).append(": ");
        }
        if (e instanceof JsonMappingException mapping) {
            String path = path(mapping);
            return text + (path.isEmpty() ? "" : path + ": ") + meaning(mapping);
        }
        return text + "this is no valid JSON (" + firstLine(e.getOriginalMessage()) + ")";
    }

    private static String meaning(JsonMappingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            Collection<Object> known = unknown.getKnownPropertyIds();
            return "there is no such field" + (known == null ? "" : "; there are " + new TreeSet<>(known));
        }
        Throwable cause = e.getCause();
        if (e instanceof ValueInstantiationException && cause instanceof IllegalArgumentException) {
            return cause.getMessage();
        }
        if (cause instanceof JsonProcessingException syntax) {
            return "this is no valid JSON (" + firstLine(syntax.getOriginalMessage()) + ")";
        }
        if (e instanceof InvalidFormatException format) {
            return "this must be " + kind(format.getTargetType()) + ", not \"" + format.getValue() + "\"";
        }
        if (String.valueOf(e.getOriginalMessage()).startsWith("Missing required creator property")) {
            return "this is missing";
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "this must be " + kind(mismatch.getTargetType());
        }
        return firstLine(e.getOriginalMessage());
    }

    private static String kind(Class<?> type) {
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number";
        } else if (type == double.class || type == float.class || Number.class.isAssignableFrom(type)) {
            return "a number";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == String.class || type == Size.class || type.isEnum()) {
            return "text";
        } else if (Map.class.isAssignableFrom(type) || type.isRecord()) {
            return "an object";
        }
        return "a list";
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference reference : e.getPath()) {
            if (reference.getFieldName() == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(reference.getFieldName());
            }
        }
        return path.toString();
    }

    private static String firstLine(String message) {
        return message == null
                ? "unknown"
                : message.lines().findFirst().orElse("").strip();
    }
}
