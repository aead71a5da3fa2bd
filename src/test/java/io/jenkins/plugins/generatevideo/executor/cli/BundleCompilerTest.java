package io.jenkins.plugins.generatevideo.executor.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.EngineReport;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.EmbeddedBundle;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.StandIn;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtNetworks;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCompilerTest {
    @TempDir
    private Path temporary;

    private final StandIn gpu = StandIn.large();
    private final List<String> progress = new ArrayList<>();

    @Test
    void saysWhatWasCompiledNowAndWhatWasThere() throws Exception {
        EngineReport first = compile(false);
        assertThat(first.engines())
                .extracting(EngineReport.Engine::network)
                .containsExactlyInAnyOrderElementsOf(networks());
        assertThat(first.engines()).allMatch(EngineReport.Engine::compiled);
        assertThat(first.engines().get(1).bytes())
                .isEqualTo(Path.of(EmbeddedBundle.folder() + "/transformer.onnx")
                        .toFile()
                        .length());
        assertThat(progress).startsWith("compile 0/" + networks().size()).endsWith("done 1/1");
        assertThat(progress).hasSize(networks().size() + 1);
        assertThat(compile(false).engines()).noneMatch(EngineReport.Engine::compiled);
        assertThat(compile(true).engines()).allMatch(EngineReport.Engine::compiled);
    }

    @Test
    void writesTheReportForPrograms() throws Exception {
        EngineReport report = compile(false);
        BundleCompiler.write(report, temporary.resolve("new/folder"));
        Path file = temporary.resolve("new/folder/engines.json");
        assertThat(new ObjectMapper().readValue(file.toFile(), EngineReport.class))
                .isEqualTo(report);
        assertThat(report.bundle().name()).isEqualTo("shapes");
        assertThat(report.architecture()).isEqualTo("9.0");
        assertThat(file.getParent())
                .isDirectoryContaining("glob:**/engines.json")
                .isDirectoryNotContaining("glob:**/.*");
    }

    @Test
    void stopsBetweenNetworksWhenTheUserWishes() throws Exception {
        EngineBundle bundle = EngineBundle.open(EmbeddedBundle.folder());
        try (TensorRtBackend backend = gpu.backend(temporary, TensorRtNetworks.of(bundle), new ArrayList<>())) {
            BundleCompiler compiler = new BundleCompiler(
                    bundle,
                    backend,
                    (stage, step, steps) -> {
                        if (step == 1) {
                            throw new ExecutorException(
                                    io.jenkins.plugins.generatevideo.contract.ExitCode.CANCELLED, "Cancelled.");
                        }
                    },
                    new Cancellation());
            assertThatThrownBy(() -> compiler.compile(TensorRtNetworks.of(bundle), false))
                    .hasMessage("Cancelled.");
        }
        assertThat(gpu.happened()).containsExactly("compile text_encoder", "close");
    }

    private static Set<String> networks() throws ExecutorException {
        return EngineBundle.open(EmbeddedBundle.folder()).manifest().networks().keySet();
    }

    private EngineReport compile(boolean force) throws Exception {
        EngineBundle bundle = EngineBundle.open(EmbeddedBundle.folder());
        List<EngineSpecification> networks = TensorRtNetworks.of(bundle);
        try (TensorRtBackend backend = gpu.backend(temporary.resolve("cache"), networks, new ArrayList<>())) {
            return new BundleCompiler(
                            bundle,
                            backend,
                            (stage, step, steps) -> progress.add(stage.label() + " " + step + "/" + steps),
                            new Cancellation())
                    .compile(networks, force);
        }
    }
}
