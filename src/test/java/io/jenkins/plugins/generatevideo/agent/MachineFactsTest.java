package io.jenkins.plugins.generatevideo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.executor.backend.Machine;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads the executor's own records, as its doctor writes them; no GPU is needed for that. */
class MachineFactsTest {
    private static final TensorRtStatus USABLE = new TensorRtStatus("/trt", "10.15.1", "NVIDIA H200", "9.0", 1, 1, "");
    private static final TensorRtStatus BROKEN = new TensorRtStatus("/trt", "", "", "", 0, 0, "The driver is too old.");

    @Test
    void tellsWhatAGpuMachineCanRun() throws IOException {
        MachineFacts facts = MachineFacts.parse(doctor(USABLE, "NVIDIA H200", "NVIDIA H200"));
        assertThat(facts.able()).isTrue();
        assertThat(facts.driver()).isEqualTo("580.65.06");
        assertThat(facts.tensorRt()).isEqualTo("10.15.1");
        assertThat(facts.gpus()).hasSize(2);
        assertThat(facts.gpus().get(0)).hasToString("NVIDIA H200, 150.8 GB");
        assertThat(facts.findings()).extracting(MachineFacts.Finding::what).containsExactly("Java", "Memory");
        assertThat(facts.findings()).extracting(MachineFacts.Finding::remedy).containsExactly("", "Free some.");
        assertThat(facts.labels()).containsExactlyInAnyOrder("gpu", "gpu-h200", "tensorrt-10");
    }

    @ParameterizedTest
    @CsvSource({
        "NVIDIA H100 80GB HBM3, gpu-h100",
        "NVIDIA A100-SXM4-80GB, gpu-a100",
        "Tesla T4, gpu-t4",
        "NVIDIA GeForce RTX 4090, gpu-rtx-4090",
        "NVIDIA RTX PRO 6000 Blackwell Server Edition, gpu-rtx-pro-6000",
        "NVIDIA L40S, gpu-l40s",
        "Quadro RTX 8000, gpu-rtx-8000",
        "NVIDIA GH200 480GB, gpu-gh200"
    })
    void labelsAGpuByItsModel(String name, String label) throws IOException {
        assertThat(MachineFacts.parse(doctor(USABLE, name)).labels()).contains(label);
    }

    @Test
    void promisesNoTensorRtThatDoesNotRun() throws IOException {
        assertThat(MachineFacts.parse(doctor(BROKEN, "NVIDIA L4")).labels()).containsExactlyInAnyOrder("gpu", "gpu-l4");
    }

    @Test
    void aMachineWithoutAGpuHasNoLabels() throws IOException {
        assertThat(MachineFacts.parse(doctor(BROKEN)).labels()).isEmpty();
    }

    @Test
    void labelsHoldNothingThatALabelCannot() throws IOException {
        assertThat(MachineFacts.parse(doctor(USABLE, "<b>\"Ü && x || (7)")).labels())
                .allMatch(label -> label.matches("[a-z0-9-]+"));
    }

    @Test
    void refusesWhatIsNoAnswer() {
        assertThatThrownBy(() -> MachineFacts.parse("{}")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> MachineFacts.parse("no such option")).isInstanceOf(IOException.class);
        String[] tooMany = new String[65];
        Arrays.fill(tooMany, "NVIDIA H200");
        assertThatThrownBy(() -> MachineFacts.parse(doctor(USABLE, tooMany)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gpus");
    }

    private static String doctor(TensorRtStatus tensorRt, String... gpus) throws IOException {
        Machine machine = new Machine(
                "17.0.15 (Debian)",
                "Linux",
                "AMD EPYC",
                16,
                137L << 30,
                100L << 30,
                gpus.length == 0 ? "" : "580.65.06",
                List.of(gpus).stream()
                        .map(name -> new Machine.Gpu(name, 143771L << 20, "9.0"))
                        .toList(),
                List.of(Path.of("/trt/libnvinfer.so.10")));
        return new ObjectMapper()
                .writeValueAsString(Map.of(
                        "machine",
                        machine,
                        "tensorRt",
                        tensorRt,
                        "findings",
                        List.of(finding("Java", "17", null), finding("Memory", "0.1 GB of 1.0 GB free", "Free some.")),
                        "able",
                        true));
    }

    private static Map<String, Object> finding(String what, String finding, String remedy) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("what", what);
        fields.put("finding", finding);
        fields.put("remedy", remedy);
        fields.put("required", true);
        return fields;
    }
}
