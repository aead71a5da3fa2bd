package io.jenkins.plugins.generatevideo.executor.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineBundleTest {
    @TempDir
    private Path parent;

    private Path folder;

    @BeforeEach
    void write() throws IOException {
        folder = TinyBundle.write(parent);
    }

    @Test
    void readsTheManifest() throws ExecutorException {
        EngineBundle bundle = EngineBundle.open(folder);
        BundleManifest manifest = bundle.manifest();
        assertThat(manifest.name()).isEqualTo("tiny");
        assertThat(manifest.geometry().sizes()).containsExactly(new Size(32, 16), new Size(16, 16));
        assertThat(manifest.geometry().latentShape(new Size(32, 16), 9)).containsExactly(1, 16, 3, 2, 4);
        assertThat(manifest.geometry().frames().contains(13)).isTrue();
        assertThat(manifest.geometry().frames().contains(8)).isFalse();
        assertThat(manifest.prediction()).isEqualTo(Prediction.flow(1000, 3));
        assertThat(manifest.modes().get("standard").steps()).isEqualTo(4);
        assertThat(manifest.latent().deviation()).hasSize(16).containsOnly(1);
        assertThat(bundle.file("transformer")).isEqualTo(folder.resolve("transformer.onnx"));
        assertThat(bundle.vocabulary()).contains(folder.resolve("vocabulary.txt"));
    }

    @Test
    void letsAModeUseOtherNetworksAndGuidance() throws Exception {
        change(json -> {
            json.withObject("/networks/transformer_fast")
                    .put("file", "transformer.onnx")
                    .put("parameters", 1);
            json.withObject("/modes/fast").put("sampler", "euler").put("steps", 2);
            json.withObject("/modes/fast").withArray("guidance").add(1.5);
            json.withObject("/modes/fast/networks").put("transformer", "transformer_fast");
        });
        BundleManifest manifest = EngineBundle.open(folder).manifest();
        Mode fast = manifest.modes().get("fast");
        assertThat(manifest.networkIn(fast, "transformer")).isEqualTo("transformer_fast");
        assertThat(manifest.networkIn(fast, "vae_decoder")).isEqualTo("vae_decoder");
        assertThat(manifest.guidanceIn(fast, 0)).isEqualTo(1.5);
        assertThat(manifest.guidanceIn(manifest.modes().get("standard"), 0)).isEqualTo(4);
    }

    @Test
    void identifiesContentByItsDigest() throws Exception {
        String digest = EngineBundle.open(folder).digest();
        assertThat(digest).matches("[0-9a-f]{64}");
        Path copy = TinyBundle.write(Files.createDirectories(parent.resolve("other")));
        assertThat(EngineBundle.open(copy).digest()).isEqualTo(digest);
        change(json -> json.put("version", "1.0.1"));
        assertThat(EngineBundle.open(folder).digest()).isNotEqualTo(digest);
    }

    @Test
    void verifiesEveryFileAndNetwork() throws Exception {
        List<Long> done = new ArrayList<>();
        long[] total = {0};
        verify(EngineBundle.open(folder), (file, bytes, all) -> {
            done.add(bytes);
            total[0] = all;
        });
        assertThat(done).isSorted().last().isEqualTo(total[0]);
    }

    @Test
    void namesAFileThatIsMissingEmptyOrAltered() throws Exception {
        EngineBundle bundle = EngineBundle.open(folder);
        Path network = folder.resolve("transformer.onnx");
        byte[] bytes = Files.readAllBytes(network);

        bytes[bytes.length / 2] ^= 1;
        Files.write(network, bytes);
        assertBad(() -> verify(bundle, ProgressListener.NONE), "transformer.onnx was altered or is damaged");
        assertBad(() -> bundle.verifyFiles(bundle.filesOf(List.of("transformer")), ProgressListener.NONE), "altered");
        bundle.verifyFiles(bundle.filesOf(List.of("vae_decoder")), ProgressListener.NONE);

        Files.write(network, new byte[0]);
        assertBad(() -> EngineBundle.open(folder), "transformer.onnx", "is empty");
        Files.delete(network);
        assertBad(() -> EngineBundle.open(folder), "transformer.onnx", "is missing");
    }

    @Test
    void refusesANetworkWithOtherInputsThanItsPartHas() throws Exception {
        swap("transformer.onnx", "other_ports.onnx");
        assertBad(
                () -> verify(EngineBundle.open(folder), ProgressListener.NONE),
                "network \"transformer\" has the inputs [encoder_hidden_states, sample, timestep]",
                "instead of [encoder_hidden_states, hidden_states, timestep]");
    }

    @Test
    void refusesANetworkWhosePortsHaveAnotherShapeOrOutput() throws Exception {
        swap("text_encoder.onnx", "vae_decoder.onnx");
        assertBad(
                () -> verify(EngineBundle.open(folder), ProgressListener.NONE),
                "\"text_encoder\" has the inputs [latent]");

        Files.delete(folder.resolve("text_encoder.onnx"));
        swap("text_encoder.onnx", "text_encoder.onnx");
        change(json -> json.put("timestepPerToken", true));
        assertBad(
                () -> verify(EngineBundle.open(folder), ProgressListener.NONE),
                "\"timestep\" with shape [-1] instead of [-1, -1]");

        change(json -> {
            json.withObject("/geometry").put("latentChannels", 1);
            json.withObject("/latent").putArray("mean").add(0);
            json.withObject("/latent").putArray("deviation").add(1);
        });
        assertBad(
                () -> verify(EngineBundle.open(folder), ProgressListener.NONE),
                "\"hidden_states\" with shape [-1, 16, -1, -1, -1] instead of [-1, 1, -1, -1, -1]");
    }

    @Test
    void saysWhereTheManifestIsWrong() throws Exception {
        assertManifest(
                json -> json.put("colour", 1), "colour: there is no such field; there are [boundary, description");
        assertManifest(json -> json.withObject("/geometry").put("sise", 1), "geometry.sise: there is no such");
        List<String> lines = Files.readAllLines(folder.resolve("bundle.json"));
        int line = 1 + lines.indexOf("    \"sise\" : 1");
        assertBad(() -> EngineBundle.open(folder), "line " + line + ", column 15");
        assertManifest(json -> json.remove("version"), "\"version\" is missing");
        assertManifest(
                json -> json.withObject("/geometry").remove("latentChannels"),
                "geometry.latentChannels: this is missing");
        assertManifest(
                json -> json.withObject("/geometry").put("latentChannels", "16"),
                "geometry.latentChannels: this must be a whole number");
        assertManifest(
                json -> json.withObject("/geometry").put("latentChannels", 16.5),
                "geometry.latentChannels: this must be a whole number");
        assertManifest(json -> json.put("name", 5), "name: this must be text");
        assertManifest(json -> json.putNull("licence"), "\"licence\" is missing");
        assertManifest(
                json -> json.put("schema", "generate-video/bundle/9"),
                "this program reads \"generate-video/bundle/1\"");
        assertManifest(json -> json.put("name", "../x"), "\"name\" must be");
        assertManifest(
                json -> json.withObject("/geometry").putArray("sizes").add("96*64"),
                "geometry.sizes[0]: a size is written");
        assertManifest(
                json -> json.withObject("/geometry").putArray("sizes").add("40x16"),
                "geometry: the size 40x16 is no multiple");
        assertManifest(
                json -> json.withObject("/geometry/frames").put("default", 8),
                "geometry.frames: \"default\" is not one");
        assertManifest(json -> json.withObject("/geometry/frames").put("step", 2), "no whole number of latent frames");
        assertManifest(json -> json.put("boundary", 0.5), "\"boundary\" has no meaning with one expert");
        assertManifest(
                json -> json.withArray("/experts")
                        .addObject()
                        .put("network", "transformer")
                        .put("guidance", 1),
                "\"boundary\" is missing");
        assertManifest(
                json -> json.withArray("/latent/mean").add(0), "latent: \"mean\" and \"deviation\" differ in length");
        assertManifest(json -> json.withObject("/modes").remove("standard"), "\"modes\" has no \"standard\"");
        assertManifest(
                json -> json.withObject("/modes/standard").put("sampler", "magic"), "there is no sampler \"magic\"");
        assertManifest(
                json -> json.withObject("/modes/standard").put("sampler", "ddim"),
                "ddim cannot follow this prediction");
        assertManifest(
                json -> json.withObject("/modes/standard").put("steps", 0), "modes.standard: \"steps\" must be from 1");
        assertManifest(json -> json.withObject("/prediction").put("type", "magic"), "prediction.type: this must be");
        assertManifest(
                json -> json.withObject("/networks").remove("vae_decoder"), "\"networks\" has no \"vae_decoder\"");
        assertManifest(
                json -> json.withObject("/networks/transformer").put("file", "/etc/passwd"), "is an absolute path");
        assertManifest(json -> json.withObject("/files").put("../up.onnx", "0".repeat(64)), "leads out of the folder");
        assertManifest(json -> json.withObject("/files").put("tokenizer.json", "abc"), "must be a SHA-256");
        assertManifest(json -> json.withObject("/files").remove("tokenizer.json"), "no digest for the tokenizer");
    }

    @Test
    void saysWhereTheManifestIsNoJson() throws Exception {
        String whole = Files.readString(folder.resolve("bundle.json"));
        Files.writeString(folder.resolve("bundle.json"), whole.replaceFirst("\"version\" :", "\"version\" "));
        assertBad(() -> EngineBundle.open(folder), "bundle.json is wrong at line 4, column", "no valid JSON");
        Files.writeString(folder.resolve("bundle.json"), whole.substring(0, whole.length() / 2));
        assertBad(() -> EngineBundle.open(folder), "no valid JSON (Unexpected end-of-input");
        Files.writeString(folder.resolve("bundle.json"), whole + "{}");
        assertBad(() -> EngineBundle.open(folder), "bundle.json is wrong at");
        Files.writeString(folder.resolve("bundle.json"), whole.replaceFirst("\\{", "{\"name\": \"twice\","));
        assertBad(() -> EngineBundle.open(folder), "Duplicate field 'name'");
        Files.write(folder.resolve("bundle.json"), new byte[] {1, 2, 3, 4, 5});
        assertBad(() -> EngineBundle.open(folder), "no valid JSON");
    }

    @Test
    void saysThatAFolderHoldsNoBundle() {
        assertBad(() -> EngineBundle.open(parent), "There is no engine bundle in " + parent);
    }

    private static void verify(EngineBundle bundle, ProgressListener listener) throws ExecutorException {
        try (OnnxRuntimeBackend backend =
                new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(1))) {
            bundle.verify(backend, listener);
        }
    }

    private void change(Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = TinyBundle.manifest(folder);
        change.accept(json);
        Files.writeString(folder.resolve("bundle.json"), json.toPrettyString());
    }

    private void swap(String file, String network) throws IOException {
        Files.deleteIfExists(folder.resolve(file));
        Files.copy(Path.of("src/test/resources/networks", network), folder.resolve(file));
        change(json -> {});
    }

    private void assertManifest(Consumer<ObjectNode> change, String... parts) throws IOException {
        change(change);
        assertBad(() -> EngineBundle.open(folder), parts);
    }

    private static void assertBad(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ExecutorException.class, e -> {
            assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE);
            assertThat(e.getMessage()).contains(parts).doesNotContain("\n").endsWith(".");
        });
    }
}
