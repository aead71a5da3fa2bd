package io.jenkins.plugins.generatevideo.executor.bundle;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How TensorRT compiles the networks.
 *
 * @param precision {@code fp32}, {@code fp16} or {@code bf16}
 * @param profiles for each network and each of its inputs the shapes that the engine is built for
 */
public record TensorRtSettings(String precision, Map<String, Map<String, ShapeProfile>> profiles) {
    /** The smallest, the usual and the largest shape of an input. */
    public record ShapeProfile(List<Long> min, List<Long> opt, List<Long> max) {
        public ShapeProfile {
            min = Check.some(min, "min");
            opt = Check.some(opt, "opt");
            max = Check.some(max, "max");
            Check.that(
                    min.size() == opt.size() && opt.size() == max.size(),
                    "\"min\", \"opt\" and \"max\" differ in length");
            for (int axis = 0; axis < min.size(); axis++) {
                Check.that(
                        min.get(axis) >= 1 && min.get(axis) <= opt.get(axis) && opt.get(axis) <= max.get(axis),
                        "on axis " + axis + " \"min\" <= \"opt\" <= \"max\" does not hold");
            }
        }
    }

    public TensorRtSettings {
        Check.text(precision, "precision");
        Check.that(
                List.of("fp32", "fp16", "bf16").contains(precision),
                "\"precision\" must be fp32, fp16 or bf16, not \"" + precision + "\"");
        Map<String, Map<String, ShapeProfile>> copy = new LinkedHashMap<>();
        Check.present(profiles, "profiles")
                .forEach((network, inputs) -> copy.put(network, Map.copyOf(Check.present(inputs, network))));
        profiles = copy;
    }
}
