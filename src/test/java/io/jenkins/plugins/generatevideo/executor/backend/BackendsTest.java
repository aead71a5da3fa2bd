package io.jenkins.plugins.generatevideo.executor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which backend {@code auto} takes. */
class BackendsTest {
    private final OnnxRuntimeOptions options = OnnxRuntimeOptions.standard().withThreads(1);

    @TempDir
    private Path cache;

    @Test
    void takesTheProcessorWithoutAWordWhereThereIsNoGpu() throws Exception {
        try (Backend backend = Backends.automatic(options, () -> {
            throw new NoGpuException("There is no NVIDIA driver on this machine.", null);
        })) {
            assertThat(backend.name()).isEqualTo("onnxruntime");
            assertThat(backend.remarks()).isEmpty();
        }
    }

    @Test
    void saysWhyTheGpuIsNotUsed() throws Exception {
        try (Backend backend = Backends.automatic(options, () -> {
            throw new ExecutorException(ExitCode.MACHINE_UNSUITABLE, "TensorRT 10 is not on this machine.");
        })) {
            assertThat(backend.name()).isEqualTo("onnxruntime");
            assertThat(backend.remarks())
                    .containsExactly("The clip was made on the processor although there is a GPU: TensorRT 10 is not on"
                            + " this machine.");
        }
    }

    @Test
    void takesTheGpuOnceEveryNetworkIsCompiled() throws Exception {
        List<EngineSpecification> networks = TensorRtNetworks.of(EngineBundle.open(EmbeddedBundle.folder()));
        StandIn gpu = StandIn.large();
        try (Backend backend = Backends.automatic(options, () -> gpu.backend(cache, networks, new ArrayList<>()))) {
            assertThat(backend.name()).isEqualTo("onnxruntime");
            assertThat(backend.remarks()).singleElement().asString().contains("text_encoder is not compiled");
        }
        try (TensorRtBackend backend = gpu.backend(cache, networks, new ArrayList<>())) {
            for (EngineSpecification network : networks) {
                backend.compile(network, false);
            }
        }
        try (Backend backend = Backends.automatic(options, () -> gpu.backend(cache, networks, new ArrayList<>()))) {
            assertThat(backend.name()).isEqualTo("tensorrt");
        }
    }
}
