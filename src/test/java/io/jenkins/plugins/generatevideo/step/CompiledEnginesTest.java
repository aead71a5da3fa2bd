package io.jenkins.plugins.generatevideo.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.EngineReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reads the executor's own report of a compilation; no GPU is needed for that. */
class CompiledEnginesTest {
    @Test
    void tellsAScriptWhatWasCompiled() throws IOException {
        Map<String, Object> values = new CompiledEngines(report(EngineReport.SCHEMA)).forScript();
        assertThat(values)
                .containsEntry("bundle", "shapes")
                .containsEntry("device", "NVIDIA H200")
                .containsEntry("architecture", "9.0")
                .containsEntry("seconds", 61.5);
        assertThat(values.get("engines"))
                .asList()
                .singleElement()
                .satisfies(engine -> assertThat((Map<?, ?>) engine)
                        .isEqualTo(Map.of(
                                "network",
                                "transformer",
                                "precision",
                                "fp16",
                                "bytes",
                                1234L,
                                "compiled",
                                true,
                                "seconds",
                                60.0)));
    }

    @Test
    void refusesWhatIsNoReport() {
        assertThatThrownBy(() -> new CompiledEngines("{}")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new CompiledEngines(report("generate-video/engines/2")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("schema");
    }

    @Test
    void outlivesARestart() throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            out.writeObject(new CompiledEngines(report(EngineReport.SCHEMA)));
        }
    }

    private static String report(String schema) throws IOException {
        return new ObjectMapper()
                .writeValueAsString(new EngineReport(
                        schema,
                        new ClipManifest.Bundle("shapes", "1.0.0", "0".repeat(64)),
                        new ClipManifest.Backend("tensorrt", "10.15.1", "NVIDIA H200"),
                        "9.0",
                        List.of(new EngineReport.Engine("transformer", "fp16", "/cache/t.plan", 1234, true, 60)),
                        61.5));
    }
}
