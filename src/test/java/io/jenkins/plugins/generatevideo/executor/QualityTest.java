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
import io.jenkins.plugins.generatevideo.executor.bundle.QualityLevel;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a quality from 0 to 100 means. */
class QualityTest {
    @TempDir
    private Path temporary;

    private Path folder;
    private ObjectNode bundle;

    @BeforeEach
    void writeBundle() throws IOException {
        folder = TinyBundle.write(temporary);
        bundle = TinyBundle.manifest(folder);
        bundle.withObject("/modes/standard").put("steps", 10);
        bundle.withObject("/modes/fast").put("sampler", "euler").put("steps", 4);
        level(0, "fast", 4);
        level(30, "standard", 6);
        level(100, "standard", 10);
    }

    private void level(int from, String mode, int steps) {
        bundle.withArray("/quality")
                .addObject()
                .put("from", from)
                .put("mode", mode)
                .put("steps", steps);
    }

    @Test
    void refusesAModeThatTheBundleDoesNotHave() {
        assertThatThrownBy(() -> make("preview", null)).hasMessageContaining("cannot do the mode preview: choose from");
    }

    @ParameterizedTest
    @CsvSource({"0, fast, 4", "29, fast, 4", "30, standard, 6", "99, standard, 6", "100, standard, 10"})
    void choosesModeAndStepsWhereNoModeIsNamed(int quality, String mode, int steps) throws Exception {
        ClipManifest made = make(null, quality);

        assertThat(made.request().mode()).isEqualTo(mode);
        assertThat(made.steps()).isEqualTo(steps);
        assertThat(made.chosenByQuality()).isEqualTo(quality);
    }

    @Test
    void isTheShareOfTheStepsOfANamedMode() throws Exception {
        ClipManifest made = make("standard", 50);

        assertThat(made.request().mode()).isEqualTo("standard");
        assertThat(made.steps()).isEqualTo(5);
        assertThat(made.chosenByQuality()).isNull();
    }

    @Test
    void isTheBestWhereNothingIsSaid() throws Exception {
        ClipManifest made = make(null, null);

        assertThat(made.request().mode()).isEqualTo("standard");
        assertThat(made.steps()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource({"0", "30", "100"})
    void givesTheSameClipAgainForTheRequestInTheManifest(int quality) throws Exception {
        ClipManifest made = make(null, quality);

        ClipManifest again = make(made.request().mode(), made.request().quality());

        assertThat(again.frameDigest()).isEqualTo(made.frameDigest());
        assertThat(again.request()).isEqualTo(made.request());
    }

    @Test
    void isTheShareOfTheStandardStepsInABundleThatSaysNothing() throws Exception {
        bundle.remove("quality");

        ClipManifest made = make(null, 50);

        assertThat(made.request().mode()).isEqualTo("standard");
        assertThat(made.steps()).isEqualTo(5);
    }

    @Test
    void growsInStepsOrModeWithEachLevelOfTheEmbeddedBundle() throws Exception {
        List<QualityLevel> levels =
                EngineBundle.open(EmbeddedBundle.folder()).manifest().quality();

        assertThat(levels.get(0).from()).isZero();
        QualityLevel best = levels.get(levels.size() - 1);
        assertThat(best.mode()).isEqualTo("standard");
        assertThat(best.steps())
                .isEqualTo(EngineBundle.open(EmbeddedBundle.folder())
                        .manifest()
                        .modes()
                        .get("standard")
                        .steps());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"from\": 10, \"mode\": \"fast\", \"steps\": 4}]|must begin with the level from 0, not 10",
                "[{\"from\": 0, \"mode\": \"fast\", \"steps\": 4}, {\"from\": 0, \"mode\": \"standard\", \"steps\": 4}]"
                        + "|\"quality\" must go up, but the level from 0 follows that from 0",
                "[{\"from\": 0, \"mode\": \"cached\", \"steps\": 4}]|names the mode \"cached\", which is not there",
                "[{\"from\": 0, \"mode\": \"fast\", \"steps\": 5}]|takes 5 steps of the mode \"fast\", which has 4"
            })
    void refusesLevelsThatCannotBe(String levels, String sentence) throws IOException {
        bundle.remove("quality");
        String json = bundle.toString();
        Files.writeString(
                folder.resolve("bundle.json"), json.substring(0, json.length() - 1) + ",\"quality\":" + levels + "}");

        assertThatThrownBy(() -> EngineBundle.open(folder))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining(sentence);
    }

    private ClipManifest make(String mode, Integer quality) throws Exception {
        Files.writeString(folder.resolve("bundle.json"), bundle.toString());
        ClipRequest request = new ClipRequest("a red ball", null, mode, quality, 7L, null, null, null, null, null);
        try (Backend backend =
                        new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(1));
                Generation generation = new Generation(
                        EngineBundle.open(folder), backend, Optional.empty(), new Cancellation(), System.nanoTime())) {
            return generation.generate(request, temporary.resolve("out"), (stage, step, steps) -> {});
        }
    }
}
