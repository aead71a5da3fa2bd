package io.jenkins.plugins.generatevideo.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole generations in a mode with a step cache, with a bundle of a few kilobytes. */
class CachedModeTest {
    private static final int STEPS = 20;

    @TempDir
    private Path temporary;

    private Path folder;
    private ObjectNode bundle;

    @BeforeEach
    void writeBundle() throws IOException {
        folder = TinyBundle.write(temporary);
        bundle = TinyBundle.manifest(folder);
        bundle.withObject("/modes/standard").put("steps", STEPS);
    }

    @ParameterizedTest
    @ValueSource(doubles = {4, 1})
    void givesTheSameFramesAsStandardAtAThresholdOfZero(double guidance) throws Exception {
        bundle.withObject("/experts/0").put("guidance", guidance);
        stepCache(0, 1);

        ClipManifest standard = make("standard");
        ClipManifest cached = make("cached");

        assertThat(cached.frameDigest()).isEqualTo(standard.frameDigest());
        assertThat(cached.networkEvaluations())
                .isEqualTo(standard.networkEvaluations())
                .isEqualTo(guidance == 1 ? STEPS : 2 * STEPS);
    }

    @ParameterizedTest
    @CsvSource({"4, 8", "1, 4"})
    void countsOnlyRealEvaluations(double guidance, int evaluations) throws Exception {
        bundle.withObject("/experts/0").put("guidance", guidance);
        stepCache(10, 3);

        ClipManifest cached = make("cached");

        assertThat(cached.steps()).isEqualTo(STEPS);
        // Three steps of warm-up and the last one.
        assertThat(cached.networkEvaluations()).isEqualTo(evaluations);
    }

    @Test
    void stridesOverStepsThatChangeLittle() throws Exception {
        stepCache(0, 1);
        bundle.withObject("/modes/cached/stepCache").put("longestStride", 4);
        ClipManifest standard = make("standard");
        assertThat(make("cached").frameDigest()).isEqualTo(standard.frameDigest());

        stepCache(10, 1);
        bundle.withObject("/modes/cached/stepCache").put("longestStride", 4);
        ClipManifest striding = make("cached");

        assertThat(striding.steps()).isEqualTo(STEPS);
        // At the steps 0, 1, 3, 6, 10, 13 and 17, in two passes.
        assertThat(striding.networkEvaluations()).isEqualTo(14);
    }

    @Test
    void beginsAnewWithTheSecondExpert() throws Exception {
        bundle.withArray("/experts").addObject().put("network", "transformer").put("guidance", 1.0);
        bundle.withObject("/experts/0").put("guidance", 1.0);
        bundle.put("boundary", 0.6);
        stepCache(10, 3);

        // Three for each expert and the last one.
        assertThat(make("cached").networkEvaluations()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"threshold\": -1, \"warmUpSteps\": 3}|\"threshold\" must be from 0 to 10, not -1.0",
                "{\"threshold\": 0.1, \"warmUpSteps\": 0}|\"warmUpSteps\" must be from 1 to 1000, not 0",
                "{\"threshold\": 0.1, \"warmUpSteps\": 1, \"longestStride\": 1}|\"longestStride\" must be from 2 to 1000, not 1",
                "{\"threshold\": 0.1}|warmUpSteps: this is missing",
                "{\"threshold\": 0.1, \"warmUpSteps\": 3, \"steps\": 3}|there is no such field"
            })
    void refusesSettingsThatCannotBe(String stepCache, String sentence) throws IOException {
        Files.writeString(
                folder.resolve("bundle.json"),
                bundle.toString().replace("\"steps\":" + STEPS, "\"steps\":" + STEPS + ",\"stepCache\":" + stepCache));

        assertThatThrownBy(() -> EngineBundle.open(folder))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining(sentence);
    }

    private void stepCache(double threshold, int warmUpSteps) {
        bundle.withObject("/modes/cached")
                .put("sampler", "unipc")
                .put("steps", STEPS)
                .putObject("stepCache")
                .put("threshold", threshold)
                .put("warmUpSteps", warmUpSteps);
    }

    private ClipManifest make(String mode) throws Exception {
        Files.writeString(folder.resolve("bundle.json"), bundle.toString());
        ClipRequest request = new ClipRequest("a red ball", null, mode, null, 7L, null, null, null, null, null);
        try (Backend backend =
                        new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(1));
                Generation generation = new Generation(
                        EngineBundle.open(folder), backend, Optional.empty(), new Cancellation(), System.nanoTime())) {
            return generation.generate(request, temporary.resolve(mode), (stage, step, steps) -> {});
        }
    }
}
