package io.jenkins.plugins.generatevideo.executor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.Degraded;
import io.jenkins.plugins.generatevideo.executor.Admission;
import io.jenkins.plugins.generatevideo.executor.EmbeddedBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the real program on the real bundle; few steps and frames keep it short. */
class GenerateCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] SHORT = {
        "--mode", "standard", "--quality", "0", "--duration", "0.75", "--progress", "json"
    };

    @TempDir
    private Path temporary;

    @Test
    void makesAClipWithManifestAndPicturesFromAnEnglishSentence() throws Exception {
        Path folder = temporary.resolve("a folder");
        ExecutorProcess process =
                generate(folder, "A red ball rolls from left to right across a green meadow", "--seed", "7");

        assertThat(process.exitCode()).as(process.messages()).isZero();
        assertThat(names(folder)).containsExactlyInAnyOrder("clip.mp4", "clip.json", "poster.jpg", "contact-sheet.jpg");
        ClipManifest manifest = manifest(folder);
        assertThat(manifest.schema()).isEqualTo("generate-video/clip/1");
        assertThat(manifest.request().prompt()).isEqualTo("A red ball rolls from left to right across a green meadow");
        assertThat(manifest.request().seed()).isEqualTo(7);
        assertThat(manifest.request().mode()).isEqualTo("standard");
        assertThat(manifest.bundle().name()).isEqualTo("shapes");
        assertThat(manifest.backend().name()).isEqualTo("onnxruntime");
        assertThat(manifest.steps()).isEqualTo(4);
        assertThat(manifest.networkEvaluations()).isEqualTo(8);
        assertThat(manifest.clip().sha256()).isEqualTo(sha256(folder.resolve("clip.mp4")));
        assertThat(manifest.warnings()).isEmpty();
        assertThat(manifest.timings().totalSeconds())
                .isGreaterThanOrEqualTo(manifest.timings().denoiseSeconds()
                        + manifest.timings().decodeSeconds()
                        + manifest.timings().encodeSeconds());
        int frames = 0;
        try (ClipDecoder decoder = new ClipDecoder(folder.resolve("clip.mp4"))) {
            assertThat(decoder.width()).isEqualTo(manifest.clip().width());
            assertThat(decoder.height()).isEqualTo(manifest.clip().height());
            while (decoder.next()) {
                frames++;
            }
        }
        assertThat(frames).isEqualTo(manifest.clip().frames()).isEqualTo(9);
        assertThat(ImageIO.read(folder.resolve("poster.jpg").toFile())).isNotNull();
        assertThat(ImageIO.read(folder.resolve("contact-sheet.jpg").toFile())).isNotNull();
    }

    /** ONNX Runtime 1.29 sends what it runs to its makers, unless it is told not to, and keeps an identifier for that. */
    @Test
    void letsNoLibraryReportToItsMakers() throws Exception {
        ExecutorProcess process = generate(temporary.resolve("clip"), "A red ball", "--seed", "7");

        assertThat(process.exitCode()).as(process.messages()).isZero();
        Path kept = ExecutorProcess.userCache(temporary);
        assertThat(kept.resolve("Microsoft")).doesNotExist();
    }

    @Test
    void readsAChineseSentence() throws Exception {
        ExecutorProcess process = generate(temporary.resolve("out"), "一个红色的球从左向右滚过绿色的草地");

        assertThat(process.exitCode()).as(process.messages()).isZero();
        assertThat(manifest(temporary.resolve("out")).request().prompt()).isEqualTo("一个红色的球从左向右滚过绿色的草地");
        assertThat(manifest(temporary.resolve("out")).warnings()).isEmpty();
    }

    @Test
    void givesTheSameFramesForTheSameSeedAndOthersForAnother() throws Exception {
        List<String> digests = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (String seed : List.of("11", "11", "12")) {
            Path folder = temporary.resolve("clip" + digests.size());
            assertThat(generate(folder, "a blue box rises in the snow", "--seed", seed)
                            .exitCode())
                    .isZero();
            digests.add(manifest(folder).frameDigest());
            files.add(sha256(folder.resolve("clip.mp4")));
        }

        assertThat(digests.get(0)).isEqualTo(digests.get(1)).isNotEqualTo(digests.get(2));
        assertThat(files.get(0)).isEqualTo(files.get(1)).isNotEqualTo(files.get(2));
    }

    @Test
    void warnsOfWordsOutsideTheModelsWorld() throws Exception {
        ExecutorProcess process = generate(temporary.resolve("out"), "a red dragon falls over the sea");

        assertThat(process.exitCode()).isZero();
        assertThat(process.messages()).contains("The model does not know \"dragon\"");
        assertThat(manifest(temporary.resolve("out")).warnings())
                .singleElement()
                .asString()
                .contains("dragon");
    }

    @Test
    void makesTheClipInEveryModeAndSaysHowTheyCompare() throws Exception {
        Path folder = temporary.resolve("all");
        String[] arguments = {
            "generate",
            "--mode",
            "all",
            "--prompt",
            "a red ball",
            "--seed",
            "1",
            "--duration",
            "0.75",
            "--output",
            folder.toString()
        };
        ExecutorProcess process = ExecutorProcess.run(temporary, arguments);

        assertThat(process.exitCode()).as(process.messages()).isZero();
        List<String> modes = List.copyOf(
                EngineBundle.open(EmbeddedBundle.folder()).manifest().modes().keySet());
        List<String> table = Files.readAllLines(folder.resolve("modes.csv"));
        assertThat(table).hasSize(modes.size() + 1);
        assertThat(table.get(1)).startsWith("standard,50,100,");
        for (String mode : modes) {
            assertThat(manifest(folder.resolve(mode)).request().mode()).isEqualTo(mode);
            assertThat(manifest(folder.resolve(mode)).request().seed()).isEqualTo(1);
            assertThat(process.messages()).contains("\n" + mode);
        }
        assertThat(ImageIO.read(folder.resolve("modes.png").toFile())).isNotNull();
    }

    @Test
    void makesAClipOnceForTwoProcessesThatShareACache() throws Exception {
        Path tiny = TinyBundle.write(temporary);
        List<ExecutorProcess> processes = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            processes.add(ExecutorProcess.start(
                    temporary.resolve("native"),
                    arguments(
                            temporary.resolve(name),
                            "a red ball",
                            "--bundle",
                            tiny.toString(),
                            "--seed",
                            "7",
                            "--cache",
                            temporary.resolve("shared").toString())));
        }
        for (ExecutorProcess process : processes) {
            assertThat(process.exitCode()).as(process.messages()).isZero();
        }

        ClipManifest one = manifest(temporary.resolve("one"));
        ClipManifest two = manifest(temporary.resolve("two"));
        assertThat(List.of(one.reused(), two.reused())).containsOnlyOnce(List.of("clip"));
        assertThat(one.frameDigest()).isEqualTo(two.frameDigest());
    }

    @Test
    void saysInTheManifestThatAClipWasMadeInAQuickerModeThanWasAskedFor() throws Exception {
        ClipManifest made = degraded("standard");

        assertThat(made.request().mode()).isEqualTo("standard");
        assertThat(made.degraded()).isEqualTo(new Degraded("fast", "7 builds wait."));
    }

    @Test
    void keepsTheModeThatWasAskedForWhereTheBundleHasNoQuickerOne() throws Exception {
        ClipManifest made = degraded("preview");

        assertThat(made.request().mode()).isEqualTo("fast");
        assertThat(made.degraded()).isNull();
    }

    private ClipManifest degraded(String mode) throws Exception {
        Path tiny = TinyBundle.write(temporary);
        ObjectNode json = TinyBundle.manifest(tiny);
        json.withObject("/modes/fast").put("sampler", "euler").put("steps", 4);
        Files.writeString(tiny.resolve("bundle.json"), json.toString());
        ObjectNode request = JSON.createObjectNode().put("prompt", "a red ball").put("mode", mode);
        request.put("bundle", tiny.toString());
        request.putObject("degraded").put("from", "fast").put("why", "7 builds wait.");
        Path file = temporary.resolve("request.json");
        Files.writeString(file, request.toString());
        Path folder = temporary.resolve("out");
        ExecutorProcess process =
                ExecutorProcess.run(temporary, "generate", "--request", file.toString(), "--output", folder.toString());
        assertThat(process.exitCode()).as(process.messages()).isZero();
        return manifest(folder);
    }

    @Test
    void readsAPromptOfManyThousandCharacters() throws Exception {
        String prompt = "a red ball in the snow, " + "very ".repeat(1500);

        ExecutorProcess process = generate(temporary.resolve("out"), prompt);

        assertThat(process.exitCode()).as(process.messages()).isZero();
        assertThat(process.messages()).contains("The prompt is longer than the model reads");
    }

    @Test
    void tellsItsProgressAsOneJsonObjectALine() throws Exception {
        ExecutorProcess process = generate(temporary.resolve("out"), "a red ball in the snow");
        process.exitCode();

        List<String> stages = new ArrayList<>();
        for (String line : process.output()) {
            JsonNode event = JSON.readTree(line);
            String stage = event.get("stage").asText();
            assertThat(event.get("step").asInt())
                    .isBetween(0, event.get("steps").asInt());
            if (stages.isEmpty() || !stages.get(stages.size() - 1).equals(stage)) {
                stages.add(stage);
            }
        }
        assertThat(stages).containsExactly("load", "encode-text", "denoise", "decode", "encode-video", "done");
    }

    @Test
    void takesTheRequestFromStandardInputBeforeItEnds() throws Exception {
        try (ExecutorProcess process = ExecutorProcess.start(
                temporary,
                "generate",
                "--request",
                "-",
                "--output",
                temporary.resolve("out").toString())) {
            process.input().write("""
                    {"prompt": "a green star falls in the desert", "seed": 5, "mode": "standard", "quality": 0, "duration": 1.125, "fps": 8}
                    """.getBytes(StandardCharsets.UTF_8));
            process.input().flush();

            assertThat(process.exitCode()).as(process.messages()).isZero();
        }
        assertThat(manifest(temporary.resolve("out")).request().fps()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": \"a\",\\n  seed: 1}|line 2, column 3",
                "{\"prompt\": \"a\", \"sede\": 1}|there is no such field",
                "{\"prompt\": \"a\", \"seed\": \"one\"}|seed: this must be a whole number",
                "{\"prompt\": \"\"}|The prompt is empty",
                "{\"seed\": 1}|The prompt is empty",
                "[]|this must be an object",
                "null|is null"
            })
    void saysWhatIsWrongInARequestAndWhere(String request, String sentence) throws Exception {
        Path file = temporary.resolve("request.json");
        Files.writeString(file, request.replace("\\n", "\n"));

        ExecutorProcess process = ExecutorProcess.run(
                temporary,
                "generate",
                "--request",
                file.toString(),
                "--output",
                temporary.resolve("out").toString());

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.messages()).contains(sentence).hasLineCount(1);
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--size=64x64|cannot do the size 64x64: choose from 96x64.",
                "--duration=100|cannot do the duration of 100.0 seconds",
                "--fps=7|cannot do the rate of 7 frames a second: choose from",
                "--mode=best|There is no mode \"best\"",
                "--seed=-1|The seed is -1",
                "--quality=101|The quality is 101",
                "--seed=ten|Invalid value for option '--seed'",
                "--nonsense|Unknown option: '--nonsense'"
            })
    void refusesWhatCannotBeAndSaysWhatCan(String option, String sentence) throws Exception {
        ExecutorProcess process = ExecutorProcess.run(
                temporary,
                "generate",
                "--prompt",
                "a ball",
                "--output",
                temporary.resolve("out").toString(),
                option);

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.messages()).contains(sentence).hasLineCount(1);
        assertThat(temporary.resolve("out")).doesNotExist();
    }

    @Test
    void refusesAnOutputFolderThatCannotBe() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));

        ExecutorProcess process = generate(file.resolve("out"), "a ball");

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.messages()).contains("The output folder").contains("cannot be written to");
    }

    @Test
    void saysWhichBundlesThereAre() throws Exception {
        ExecutorProcess process = generate(temporary.resolve("out"), "a ball", "--bundle", "cinema");

        assertThat(process.exitCode()).isEqualTo(3);
        assertThat(process.messages()).contains("\"cinema\"").contains("shapes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"transformer_2.onnx", "tokenizer.json"})
    void noticesAnAlteredFileOfTheBundle(String name) throws Exception {
        Path bundle = EmbeddedBundle.copyTo(temporary);
        byte[] bytes = Files.readAllBytes(bundle.resolve(name));
        bytes[bytes.length / 2] ^= 1;
        Files.write(bundle.resolve(name), bytes);

        ExecutorProcess process = generate(temporary.resolve("out"), "a ball", "--bundle", bundle.toString());

        assertThat(process.exitCode()).isEqualTo(3);
        assertThat(process.messages()).contains(name).contains("was altered or is damaged");
        assertThat(names(temporary.resolve("out"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void endsOnASignalAndLeavesNothingHalf(String signal) throws Exception {
        Path folder = temporary.resolve("out");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("clip.json"), "an older clip");
        try (ExecutorProcess process = ExecutorProcess.start(
                temporary, "generate", "--prompt", "a red ball", "--output", folder.toString(), "--progress", "json")) {
            process.awaitOutput("\"stage\":\"denoise\",\"step\":2");
            process.signal(signal);

            assertThat(process.exitCode()).isEqualTo(130);
        }
        assertThat(names(folder)).containsExactly("clip.json");
        assertThat(folder.resolve("clip.json")).hasContent("an older clip");
    }

    @Test
    void endsWhenTheCallerIsGone() throws Exception {
        Path folder = temporary.resolve("out");
        try (ExecutorProcess process = ExecutorProcess.start(
                temporary,
                "generate",
                "--prompt",
                "a red ball",
                "--output",
                folder.toString(),
                "--progress",
                "json",
                "--stop-at-end-of-input")) {
            process.awaitOutput("\"stage\":\"denoise\",\"step\":2");
            process.input().close();

            assertThat(process.exitCode()).isEqualTo(130);
            assertThat(process.messages()).contains("the caller closed its end of the pipe");
        }
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void waitsWhileAsManyGenerationsRunAsAreAllowed() throws Exception {
        Observer silent = (stage, step, steps) -> {};
        try (ExecutorProcess process = waiting(silent)) {
            assertThat(process.exitCode()).as(process.messages()).isZero();
            assertThat(process.messages()).contains("Waiting: 1 generations already run on this machine");
        }
    }

    private ExecutorProcess waiting(Observer silent) throws Exception {
        try (Admission first = Admission.enter(temporary, 1, silent)) {
            ExecutorProcess process =
                    ExecutorProcess.start(temporary, arguments(temporary.resolve("out"), "a ball", "--limit", "1"));
            process.awaitOutput("\"stage\":\"wait\"");
            return process;
        }
    }

    private ExecutorProcess generate(Path folder, String prompt, String... more)
            throws IOException, InterruptedException {
        return ExecutorProcess.run(temporary, arguments(folder, prompt, more));
    }

    private static String[] arguments(Path folder, String prompt, String... more) {
        Stream<String> own = Stream.of("generate", "--prompt", prompt, "--output", folder.toString());
        return Stream.concat(own, Stream.concat(Arrays.stream(SHORT), Arrays.stream(more)))
                .toArray(String[]::new);
    }

    private static ClipManifest manifest(Path folder) throws IOException {
        return JSON.readValue(folder.resolve("clip.json").toFile(), ClipManifest.class);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
