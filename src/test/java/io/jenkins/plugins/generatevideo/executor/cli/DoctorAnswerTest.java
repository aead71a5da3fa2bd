package io.jenkins.plugins.generatevideo.executor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.agent.MachineFacts;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this machine's doctor says is what the controller understands. */
class DoctorAnswerTest {
    @TempDir
    Path folder;

    @Test
    void theControllerUnderstandsTheDoctorOfThisMachine() throws Exception {
        try (ExecutorProcess doctor = ExecutorProcess.run(folder, "doctor", "--json")) {
            MachineFacts facts = MachineFacts.parse(String.join("\n", doctor.output()));
            assertThat(facts.able()).isTrue();
            assertThat(facts.processor()).isNotBlank();
            assertThat(facts.memoryBytes()).isPositive();
            assertThat(facts.findings()).extracting(MachineFacts.Finding::what).contains("ONNX Runtime", "FFmpeg");
            assertThat(facts.labels().contains("gpu")).isEqualTo(!facts.gpus().isEmpty());
        }
    }
}
