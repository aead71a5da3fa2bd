package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of compiled networks, with a compiler that writes what it was asked for. */
class CompiledEnginesTest {
    @TempDir
    private Path folder;

    private final List<EngineSpecification> compiled = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();

    private EngineSpecification network;

    @BeforeEach
    void specify() {
        network = specification("d1", "fp16", 2);
    }

    @Test
    void compilesOnceAndFindsItAgain() throws Exception {
        Path plan = engines("10.15.1", "9.0").engine(network).plan();
        assertThat(plan).hasContent("plan of d1");
        assertThat(engines("10.15.1", "9.0").engine(network).plan()).isEqualTo(plan);
        assertThat(compiled).hasSize(1);
        assertThat(messages).first().asString().contains("transformer", "10.15.1", "9.0", "fp16");
    }

    @Test
    void compilesAgainForEveryPartOfTheKeyThatDiffers() throws Exception {
        engines("10.15.1", "9.0").engine(network).plan();
        engines("10.16.0", "9.0").engine(network);
        engines("10.15.1", "12.0").engine(network);
        engines("10.15.1", "9.0").engine(specification("d2", "fp16", 2));
        engines("10.15.1", "9.0").engine(specification("d1", "fp32", 2));
        engines("10.15.1", "9.0").engine(specification("d1", "fp16", 1));
        assertThat(compiled).hasSize(6);
        engines("10.15.1", "9.0").engine(network).plan();
        assertThat(compiled).hasSize(6);
    }

    @Test
    void compilesAgainWhatWasAlteredOrCutOff() throws Exception {
        Path plan = engines("10.15.1", "9.0").engine(network).plan();
        Files.writeString(plan, "plan of d");
        assertThat(engines("10.15.1", "9.0").engine(network).plan())
                .isEqualTo(plan)
                .hasContent("plan of d1");
        Files.delete(plan.resolveSibling("engine.txt"));
        assertThat(engines("10.15.1", "9.0").engine(network).plan())
                .isEqualTo(plan)
                .hasContent("plan of d1");
        Files.writeString(plan.resolveSibling("engine.txt"), "nonsense");
        engines("10.15.1", "9.0").engine(network).plan();
        assertThat(compiled).hasSize(4);
    }

    @Test
    void compilesAgainWhatIsKeptOnlyWhenAsked() throws Exception {
        Path first = engines("10.15.1", "9.0").engine(network).plan();
        FileTime old = Files.getLastModifiedTime(first);
        Files.setLastModifiedTime(first, FileTime.fromMillis(0));
        assertThat(engines("10.15.1", "9.0").renew(network).plan())
                .isEqualTo(first)
                .hasContent("plan of d1");
        assertThat(Files.getLastModifiedTime(first)).isGreaterThanOrEqualTo(old);
        assertThat(compiled).hasSize(2);
    }

    @Test
    void saysHowLongCompilingTookForAnotherGpuOrVersion() throws Exception {
        EngineCache cache = new EngineCache(folder);
        Path staged = cache.stage();
        Files.writeString(EngineCache.plan(staged), "of an older TensorRT");
        cache.keep(new EngineKey(network, "10.13.0", "9.0"), staged, new EngineCompiler.Figures(5, 1, 0), 83.2);

        engines("10.15.1", "9.0").engine(network);
        assertThat(messages).first().asString().contains("it took 83 s the last time");
    }

    @Test
    void stopsWaitingWhenTheUserWishes() {
        CountDownLatch never = new CountDownLatch(1);
        EngineCompiler endless = (specification, plan, timings) -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return new EngineCompiler.Figures(5, 0, 0);
        };
        CompileObserver impatient = new CompileObserver() {
            @Override
            public void said(String sentence) {
                messages.add(sentence);
            }

            @Override
            public void compiling(String name) throws ExecutorException {
                throw new ExecutorException(ExitCode.CANCELLED, "Cancelled.");
            }
        };
        CompiledEngines engines = new CompiledEngines(
                new EngineCache(folder), endless, "10.15.1", "9.0", Duration.ofMinutes(1), impatient);
        assertThatThrownBy(() -> engines.engine(network)).hasMessage("Cancelled.");
        never.countDown();
    }

    @Test
    void leavesNothingBehindWhenCompilingFails() throws Exception {
        CompiledEngines failing = engines("10.15.1", "9.0", Duration.ofMinutes(1), (specification, plan, timings) -> {
            Files.writeString(plan, "half");
            throw new ExecutorException(ExitCode.FAILED, "TensorRT cannot.");
        });
        assertThatThrownBy(() -> failing.engine(network)).hasMessage("TensorRT cannot.");
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
            return new EngineCompiler.Figures(5, 0, 0);
        });
        assertThatThrownBy(() -> endless.engine(network))
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
        Path kept = cache.keep(key, first, new EngineCompiler.Figures(5, 4096, 77), 12.3456)
                .plan();
        assertThat(cache.keep(key, second, new EngineCompiler.Figures(5, 8192, 0), 1)
                        .plan())
                .isEqualTo(kept)
                .hasContent("first");
        assertThat(cache.find(key))
                .contains(new EngineCache.Entry(kept, new EngineCompiler.Figures(5, 4096, 77), 12.346));
    }

    @Test
    void takesAnEngineThatCameWithTheBundleAndSaysWhenItIsForAnotherGpu() throws Exception {
        EngineCache shipped = new EngineCache(network.shipped());
        Path staged = shipped.stage();
        Files.writeString(EngineCache.plan(staged), "made elsewhere");
        shipped.keep(new EngineKey(network, "10.15.1", "8.0"), staged, new EngineCompiler.Figures(1, 1, 0), 5);

        assertThat(engines("10.15.1", "8.0").engine(network).plan()).hasContent("made elsewhere");
        assertThat(compiled).isEmpty();
        assertThat(engines("10.15.1", "9.0").engine(network).plan()).hasContent("plan of d1");
        assertThat(messages)
                .first()
                .isEqualTo("The engines of transformer that came with the bundle are for compute capability 8.0,"
                        + " TensorRT 10.15.1, and this is compute capability 9.0, TensorRT 10.15.1.");
    }

    @Test
    void doesNotTakeAnEngineThatCameWithTheBundleAndWasAltered() throws Exception {
        EngineCache shipped = new EngineCache(network.shipped());
        Path staged = shipped.stage();
        Files.writeString(EngineCache.plan(staged), "made elsewhere");
        EngineCache.Entry entry =
                shipped.keep(new EngineKey(network, "10.15.1", "9.0"), staged, new EngineCompiler.Figures(1, 1, 0), 5);
        Files.writeString(entry.plan(), "altered");
        assertThat(engines("10.15.1", "9.0").engine(network).plan()).hasContent("plan of d1");
    }

    private CompiledEngines engines(String version, String architecture) {
        return engines(version, architecture, Duration.ofMinutes(1), (specification, plan, timings) -> {
            compiled.add(specification);
            Files.writeString(plan, "plan of " + specification.digest());
            return new EngineCompiler.Figures(5, 4096, 0);
        });
    }

    private CompiledEngines engines(String version, String architecture, Duration limit, EngineCompiler compiler) {
        return new CompiledEngines(new EngineCache(folder), compiler, version, architecture, limit, messages::add);
    }

    private EngineSpecification specification(String digest, String precision, long batch) {
        ShapeRange range = new ShapeRange(List.of(1L, 8L), List.of(batch, 8L), List.of(2L, 8L));
        return new EngineSpecification(
                "transformer",
                Path.of("transformer.onnx"),
                digest,
                precision,
                Map.of("hidden_states", range),
                folder.resolve("shipped"));
    }
}
