package io.jenkins.plugins.generatevideo.executor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small safetensors file of 32-bit and 16-bit floats, read whole. */
public final class Safetensors {
    private final JsonNode header;
    private final ByteBuffer data;

    public Safetensors(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] text = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(text);
        header = new ObjectMapper().readTree(new String(text, StandardCharsets.UTF_8));
        data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    public long[] shape(String name) {
        JsonNode shape = entry(name).path("shape");
        long[] extents = new long[shape.size()];
        for (int axis = 0; axis < extents.length; axis++) {
            extents[axis] = shape.get(axis).asLong();
        }
        return extents;
    }

    public float[] floats(String name) {
        JsonNode entry = entry(name);
        int first = entry.path("data_offsets").get(0).asInt();
        int last = entry.path("data_offsets").get(1).asInt();
        boolean halves = entry.path("dtype").asText().equals("F16");
        float[] values = new float[(last - first) / (halves ? 2 : 4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = halves ? half(data.getShort(first + 2 * i)) : data.getFloat(first + 4 * i);
        }
        return values;
    }

    public long[] wholeNumbers(String name) {
        float[] floats = floats(name);
        long[] values = new long[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) floats[i];
        }
        return values;
    }

    private JsonNode entry(String name) {
        if (!header.has(name)) {
            throw new AssertionError("there is no tensor " + name);
        }
        return header.get(name);
    }

    /** IEEE 754 binary16; Java has its own conversion from version 20 on. */
    private static float half(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude = exponent == 0 ? fraction * 0x1p-24f : (fraction + 1024) * (float) Math.pow(2, exponent - 25);
        return bits < 0 ? -magnitude : magnitude;
    }
}
