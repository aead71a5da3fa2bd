package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleArchive;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.UnpackLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiled networks in the archive of a bundle: made on one agent, used on another. */
class EngineArchiveTest {
    @TempDir
    private Path temporary;

    private EngineBundle bundle;
    private Path archive;

    @BeforeEach
    void writeBundle() throws Exception {
        Path folder = TinyBundle.write(temporary);
        ObjectNode json = TinyBundle.manifest(folder);
        json.withObject("/tensorrt").put("precision", "fp16").putObject("profiles");
        Files.writeString(folder.resolve("bundle.json"), json.toPrettyString());
        bundle = EngineBundle.open(folder);
        archive = temporary.resolve("tiny.tar.zst");
    }

    @Test
    void anotherAgentUsesWhatWasCompiledHere() throws Exception {
        EngineBundle unpacked = unpack(compiled(), "there");
        StandIn gpu = StandIn.large();
        List<EngineSpecification> networks = TensorRtNetworks.of(unpacked);
        try (TensorRtBackend backend = gpu.backend(temporary.resolve("empty"), networks, new ArrayList<>())) {
            assertThat(backend.uncompiled()).isEmpty();
            backend.load(networks.get(1).file()).close();
        }
        assertThat(gpu.happened()).containsExactly("load transformer", "drop transformer", "close");
        assertThat(unpacked.digest()).isEqualTo(bundle.digest());
    }

    @Test
    void packsTheEnginesOfTheNamedGpusAlone() throws Exception {
        compiled();
        EngineCache cache = new EngineCache(temporary.resolve("cache"));
        List<EngineSpecification> networks = TensorRtNetworks.of(bundle);
        assertThat(cache.enginesOf(networks, List.of())).hasSize(3);
        assertThat(cache.enginesOf(networks, List.of("9.0", "8.6"))).hasSize(3);
        assertThat(cache.enginesOf(networks, List.of("8.6"))).isEmpty();
        Path plan =
                cache.enginesOf(networks, List.of()).values().iterator().next().resolve("engine.plan");
        Files.writeString(plan, "damaged");
        assertThat(cache.enginesOf(networks, List.of())).hasSize(2);
    }

    @Test
    void theSameBundleThatIsThereGetsTheEngines() throws Exception {
        Path plain = temporary.resolve("plain.tar.zst");
        BundleArchive.pack(bundle, plain, ProgressListener.NONE);
        EngineBundle there =
                BundleArchive.unpack(plain, temporary.resolve("there"), UnpackLimits.standard(), ProgressListener.NONE);
        assertThat(there.folder().resolve("engines")).doesNotExist();
        unpack(compiled(), "there");
        unpack(compiled(), "there");
        assertThat(there.folder().resolve("engines")).isDirectoryContaining("glob:**/transformer-*");
    }

    @Test
    void refusesAPlanThatIsNotWhatItsNoteSays() throws Exception {
        Path engine = compiled().values().iterator().next();
        Files.writeString(engine.resolve("engine.plan"), "another");
        assertThatThrownBy(() -> unpack(Map.of("text_encoder-1", engine), "there"))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("with another SHA-256 than its engine.txt says");
        assertThat(temporary.resolve("there/tiny")).doesNotExist();
    }

    @Test
    void refusesAnEngineOfAnotherBundle() throws Exception {
        Path engine = Files.createDirectories(temporary.resolve("foreign"));
        Files.writeString(engine.resolve("engine.plan"), "plan");
        Files.writeString(
                engine.resolve("engine.txt"),
                "network 0123\nplan " + FileDigest.of(engine.resolve("engine.plan"), length -> {}) + "\n");
        assertThatThrownBy(() -> unpack(Map.of("foreign-1", engine), "there"))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("no engine of one of its networks");
    }

    /** The folders of the bundle's engines, by name. */
    private Map<String, Path> compiled() throws Exception {
        List<EngineSpecification> networks = TensorRtNetworks.of(bundle);
        Path cache = temporary.resolve("cache");
        try (TensorRtBackend backend = StandIn.large().backend(cache, networks, new ArrayList<>())) {
            for (EngineSpecification network : networks) {
                backend.compile(network, false);
            }
        }
        return new EngineCache(cache).enginesOf(networks, List.of());
    }

    private EngineBundle unpack(Map<String, Path> engines, String folder) throws Exception {
        BundleArchive.pack(bundle, archive, engines, ProgressListener.NONE);
        return BundleArchive.unpack(archive, temporary.resolve(folder), UnpackLimits.standard(), ProgressListener.NONE);
    }
}
