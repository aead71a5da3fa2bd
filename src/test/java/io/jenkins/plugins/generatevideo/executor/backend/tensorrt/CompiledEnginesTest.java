package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of compiled networks, with a compiler that writes what it was asked for. */
class CompiledEnginesTest {
    @TempDir
    private Path folder;

    private final List<EngineSpecification> compiled = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();

    private final EngineSpecification network = specification("d1", "fp16", 2);

    @Test
    void compilesOnceAndFindsItAgain() throws Exception {
        Path plan = engines("10.15.1", "9.0").plan(network);
        assertThat(plan).hasContent("plan of d1");
        assertThat(engines("10.15.1", "9.0").plan(network)).isEqualTo(plan);
        assertThat(compiled).hasSize(1);
        assertThat(messages).first().asString().contains("transformer", "10.15.1", "9.0", "fp16");
    }

    @Test
    void compilesAgainForEveryPartOfTheKeyThatDiffers() throws Exception {
        engines("10.15.1", "9.0").plan(network);
        engines("10.16.0", "9.0").plan(network);
        engines("10.15.1", "12.0").plan(network);
        engines("10.15.1", "9.0").plan(specification("d2", "fp16", 2));
        engines("10.15.1", "9.0").plan(specification("d1", "fp32", 2));
        engines("10.15.1", "9.0").plan(specification("d1", "fp16", 1));
        assertThat(compiled).hasSize(6);
        engines("10.15.1", "9.0").plan(network);
        assertThat(compiled).hasSize(6);
    }

    @Test
    void compilesAgainWhatWasAlteredOrCutOff() throws Exception {
        Path plan = engines("10.15.1", "9.0").plan(network);
        Files.writeString(plan, "plan of d");
        assertThat(engines("10.15.1", "9.0").plan(network)).isEqualTo(plan).hasContent("plan of d1");
        Files.delete(plan.resolveSibling("engine.txt"));
        assertThat(engines("10.15.1", "9.0").plan(network)).isEqualTo(plan).hasContent("plan of d1");
        Files.writeString(plan.resolveSibling("engine.txt"), "nonsense");
        engines("10.15.1", "9.0").plan(network);
        assertThat(compiled).hasSize(4);
    }

    @Test
    void compilesAgainWhatIsKeptOnlyWhenAsked() throws Exception {
        engines("10.15.1", "9.0").plan(network);
        assertThat(engines("10.15.1", "9.0").compile(network)).hasContent("plan of d1");
        assertThat(compiled).hasSize(2);
    }

    @Test
    void leavesNothingBehindWhenCompilingFails() throws Exception {
        CompiledEngines failing = engines("10.15.1", "9.0", Duration.ofMinutes(1), (specification, plan, timings) -> {
            Files.writeString(plan, "half");
            throw new ExecutorException(ExitCode.FAILED, "TensorRT cannot.");
        });
        assertThatThrownBy(() -> failing.plan(network)).hasMessage("TensorRT cannot.");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void givesUpAtTheTimeLimit() {
        CountDownLatch never = new CountDownLatch(1);
        CompiledEngines endless = engines("10.15.1", "9.0", Duration.ofMillis(1), (specification, plan, timings) -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        assertThatThrownBy(() -> endless.plan(network))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("--time-limit");
        never.countDown();
    }

    @Test
    void anEngineOfAnotherProcessThatWasFirstIsAsGood() throws Exception {
        EngineCache cache = new EngineCache(folder);
        EngineKey key = new EngineKey(network, "10.15.1", "9.0");
        Path first = cache.stage();
        Path second = cache.stage();
        Files.writeString(EngineCache.plan(first), "first");
        Files.writeString(EngineCache.plan(second), "second");
        Path kept = cache.keep(key, first, 12.3456).plan();
        assertThat(cache.keep(key, second, 1).plan()).isEqualTo(kept).hasContent("first");
        assertThat(cache.find(key)).get().extracting(EngineCache.Entry::seconds).isEqualTo(12.346);
    }

    private CompiledEngines engines(String version, String architecture) {
        return engines(version, architecture, Duration.ofMinutes(1), (specification, plan, timings) -> {
            compiled.add(specification);
            Files.writeString(plan, "plan of " + specification.digest());
        });
    }

    private CompiledEngines engines(String version, String architecture, Duration limit, EngineCompiler compiler) {
        return new CompiledEngines(new EngineCache(folder), compiler, version, architecture, limit, messages::add);
    }

    private static EngineSpecification specification(String digest, String precision, long batch) {
        ShapeRange range = new ShapeRange(List.of(1L, 8L), List.of(batch, 8L), List.of(2L, 8L));
        return new EngineSpecification(
                "transformer", Path.of("transformer.onnx"), digest, precision, Map.of("hidden_states", range));
    }
}
