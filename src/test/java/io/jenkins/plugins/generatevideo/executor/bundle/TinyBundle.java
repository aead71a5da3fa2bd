package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a complete engine bundle of a few kilobytes, with the networks of {@code src/test/resources/networks}. */
public final class TinyBundle {
    private static final Path NETWORKS = Path.of("src/test/resources/networks");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The words its tokenizer knows, from id 2 on; 0 is padding, 1 is unknown. */
    public static final List<String> WORDS = List.of("a", "red", "ball", "rolls", "红", "色", "的", "球");

    private TinyBundle() {}

    /** Writes the bundle {@code tiny} into {@code parent/tiny} and returns that folder. */
    public static Path write(Path parent) throws IOException {
        Path folder = Files.createDirectories(parent.resolve("tiny"));
        for (String network : List.of("text_encoder", "transformer", "vae_decoder")) {
            Files.copy(NETWORKS.resolve(network + ".onnx"), folder.resolve(network + ".onnx"));
        }
        Files.writeString(folder.resolve("tokenizer.json"), JSON.writeValueAsString(tokenizer()));
        Files.writeString(folder.resolve("vocabulary.txt"), "a\nred\nball\nrolls\n红色\n的\n球\n");
        Files.writeString(folder.resolve("README.md"), "# tiny\n\nFor tests.\n");
        Files.writeString(
                folder.resolve("bundle.json"),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsString(manifest(folder)));
        return folder;
    }

    /** What {@code bundle.json} of the bundle in {@code folder} has to say, with digests of the files as they are. */
    public static ObjectNode manifest(Path folder) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree("""
                {
                  "schema": "generate-video/bundle/1",
                  "name": "tiny", "version": "1.0.0", "licence": "MIT", "languages": ["en", "zh"],
                  "description": "Arithmetic instead of a model.",
                  "geometry": {
                    "latentChannels": 16, "temporalFactor": 4, "spatialFactor": 8, "firstFrameAlone": true,
                    "patch": [1, 2, 2], "sizes": ["32x16", "16x16"],
                    "frames": {"minimum": 5, "maximum": 13, "step": 4, "default": 9},
                    "frameRates": [8, 12]
                  },
                  "text": {"tokenizer": "tokenizer.json", "maximumLength": 8, "zeroPadding": true,
                           "vocabulary": "vocabulary.txt", "defaultNegativePrompt": ""},
                  "prediction": {"type": "flow", "trainTimesteps": 1000, "flowShift": 3.0},
                  "latent": {"mean": [], "deviation": []},
                  "experts": [{"network": "transformer", "guidance": 4.0}],
                  "timestepPerToken": false,
                  "networks": {
                    "text_encoder": {"file": "text_encoder.onnx", "parameters": 512},
                    "transformer": {"file": "transformer.onnx", "parameters": 0},
                    "vae_decoder": {"file": "vae_decoder.onnx", "parameters": 0}
                  },
                  "modes": {"standard": {"sampler": "unipc", "steps": 4}},
                  "files": {}
                }
                """);
        for (int channel = 0; channel < 16; channel++) {
            json.withArray("/latent/mean").add(0);
            json.withArray("/latent/deviation").add(1);
        }
        for (String file : List.of(
                "text_encoder.onnx", "transformer.onnx", "vae_decoder.onnx", "tokenizer.json", "vocabulary.txt")) {
            json.withObject("/files").put(file, FileDigest.of(Files.readAllBytes(folder.resolve(file))));
        }
        return json;
    }

    private static ObjectNode tokenizer() throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree("""
                {
                  "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
                  "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                                 "strip_accents": false, "lowercase": true},
                  "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null, "decoder": null,
                  "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<pad>": 0, "<unk>": 1}}
                }
                """);
        for (int i = 0; i < WORDS.size(); i++) {
            json.withObject("/model/vocab").put(WORDS.get(i), i + 2);
        }
        ArrayNode added = json.withArray("/added_tokens");
        added.addObject()
                .put("id", 0)
                .put("content", "<pad>")
                .put("special", true)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false);
        return json;
    }
}
