package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.executor.files.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * All that a compiled network depends on; one that differs in any of it is another.
 *
 * @param version TensorRT's version
 * @param architecture the GPU's compute capability
 */
public record EngineKey(EngineSpecification specification, String version, String architecture) {
    static final String NETWORK = "network";
    static final String VERSION = "tensorrt";
    static final String ARCHITECTURE = "architecture";
    // 128 bits, enough that no two ever meet
    private static final int NAME_DIGITS = 32;

    /** The key in words, a line for each part. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append(NETWORK).append(' ').append(specification.digest()).append('\n');
        text.append(VERSION).append(' ').append(version).append('\n');
        text.append(ARCHITECTURE).append(' ').append(architecture).append('\n');
        text.append("precision ").append(specification.precision()).append('\n');
        specification
                .profile()
                .forEach((input, range) -> text.append("profile ")
                        .append(input)
                        .append(' ')
                        .append(range.min())
                        .append(range.opt())
                        .append(range.max())
                        .append('\n'));
        return text.toString();
    }

    /** The name of the folder that keeps the compiled network. */
    String folder() {
        return specification.network().replaceAll("[^A-Za-z0-9_-]", "_") + "-"
                + Sha256.hex(text().getBytes(StandardCharsets.UTF_8)).substring(0, NAME_DIGITS);
    }
}
