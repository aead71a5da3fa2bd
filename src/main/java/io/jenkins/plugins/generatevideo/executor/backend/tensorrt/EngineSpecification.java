package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What shall be compiled.
 *
 * @param network the network's name
 * @param file the network as ONNX
 * @param digest SHA-256 over the network's files
 * @param precision {@code fp32}, {@code fp16} or {@code bf16}
 * @param profile the shapes of each input that has axes of any extent
 * @param shipped where engines that came with the bundle lie, if any did
 */
public record EngineSpecification(
        String network, Path file, String digest, String precision, Map<String, ShapeRange> profile, Path shipped) {
    public EngineSpecification {
        if (!List.of("fp32", "fp16", "bf16").contains(precision)) {
            throw new IllegalArgumentException("the precision must be fp32, fp16 or bf16, not " + precision);
        }
        file = file.toAbsolutePath();
        profile = new TreeMap<>(profile);
    }
}
