package io.jenkins.plugins.generatevideo.contract;

import java.util.List;

/**
 * What compiling a bundle's networks came to: the content of {@value #FILE}.
 *
 * @param schema {@value #SCHEMA}
 * @param backend what compiled them: name, version and the GPU's name
 * @param architecture the GPU's compute capability, for example {@code 9.0}; engines run on GPUs of the same
 * @param engines one for each network, in the order of their names
 */
public record EngineReport(
        String schema,
        ClipManifest.Bundle bundle,
        ClipManifest.Backend backend,
        String architecture,
        List<Engine> engines,
        double totalSeconds) {
    public static final String SCHEMA = "generate-video/engines/1";
    public static final String FILE = "engines.json";

    /**
     * One network's engine.
     *
     * @param precision {@code fp32}, {@code fp16} or {@code bf16}
     * @param file where the agent keeps it
     * @param compiled whether it was compiled now; if not, it was there
     * @param seconds that compiling it took, now or then
     */
    public record Engine(String network, String precision, String file, long bytes, boolean compiled, double seconds) {}

    public EngineReport {
        engines = List.copyOf(engines);
    }
}
