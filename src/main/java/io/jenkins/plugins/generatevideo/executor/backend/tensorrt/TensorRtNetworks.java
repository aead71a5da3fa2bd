package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.PackedEngines;
import io.jenkins.plugins.generatevideo.executor.bundle.TensorRtSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What TensorRT may compile of a bundle. */
public final class TensorRtNetworks {
    private TensorRtNetworks() {}

    /** The bundle's ONNX networks in the order of their names; none where its manifest says nothing about TensorRT. */
    public static List<EngineSpecification> of(EngineBundle bundle) throws ExecutorException {
        TensorRtSettings settings = bundle.manifest().tensorrt();
        List<EngineSpecification> specifications = new ArrayList<>();
        if (settings == null) {
            return specifications;
        }
        for (var network : new TreeMap<>(bundle.manifest().networks()).entrySet()) {
            String file = network.getValue().file();
            if (!file.endsWith(".onnx")) {
                continue;
            }
            Map<String, ShapeRange> profile = new TreeMap<>();
            settings.profiles()
                    .getOrDefault(network.getKey(), Map.of())
                    .forEach((input, range) ->
                            profile.put(input, new ShapeRange(range.min(), range.opt(), range.max())));
            specifications.add(new EngineSpecification(
                    network.getKey(),
                    bundle.file(network.getKey()),
                    bundle.networkDigest(network.getKey()),
                    settings.precision(),
                    profile,
                    bundle.folder().resolve(PackedEngines.FOLDER)));
        }
        return specifications;
    }
}
