package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes {@code bundle.json} for an imported checkpoint: the recipe's published settings, and over them what the
 * checkpoint's own configuration says.
 */
final class ImportedManifest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode json;
    private final List<String> notes = new ArrayList<>();

    /**
     * @param recipe the recipe's {@code bundle.json}
     * @param name the new bundle's name
     */
    ImportedManifest(byte[] recipe, String name) {
        try {
            json = (ObjectNode) JSON.readTree(recipe);
        } catch (IOException e) {
            throw new UncheckedIOException("the recipe was read before", e);
        }
        json.put("name", name);
        json.remove("weights");
    }

    /** Takes over the checkpoint's settings, and notes where they differ from what was published with the model. */
    ImportedManifest with(CheckpointSettings checkpoint) {
        ObjectNode prediction = json.withObject("/prediction");
        double published = prediction.path("flowShift").asDouble();
        if (published != checkpoint.flowShift()) {
            notes.add("The checkpoint's scheduler has the flow shift " + checkpoint.flowShift() + ", the recipe "
                    + published + "; the bundle has the checkpoint's.");
        }
        prediction.put("flowShift", checkpoint.flowShift()).put("trainTimesteps", checkpoint.trainTimesteps());
        ObjectNode geometry = json.withObject("/geometry");
        geometry.put("latentChannels", checkpoint.latentChannels());
        geometry.put("temporalFactor", checkpoint.temporalFactor());
        geometry.put("spatialFactor", checkpoint.spatialFactor());
        ArrayNode patch = geometry.putArray("patch");
        checkpoint.patch().forEach(patch::add);
        ArrayNode mean = json.withObject("/latent").putArray("mean");
        checkpoint.latentMean().forEach(mean::add);
        ArrayNode deviation = json.withObject("/latent").putArray("deviation");
        checkpoint.latentDeviation().forEach(deviation::add);
        if (checkpoint.boundary() != null) {
            json.put("boundary", checkpoint.boundary());
        }
        json.put("timestepPerToken", checkpoint.timestepPerToken());
        for (JsonNode mode : json.withObject("/modes")) {
            if (!mode.has("networks")) { // other weights have a sampler of their own
                ((ObjectNode) mode).put("sampler", checkpoint.sampler());
            }
        }
        return this;
    }

    /** Names the networks that are there, and drops the modes that need others. */
    ImportedManifest withNetworks(Map<String, NetworkFile> networks) {
        ObjectNode node = json.putObject("networks");
        networks.forEach((name, network) -> node.set(name, JSON.valueToTree(network)));
        ObjectNode modes = json.withObject("/modes");
        List<String> names = new ArrayList<>();
        modes.fieldNames().forEachRemaining(names::add);
        for (String mode : names) {
            boolean complete = true;
            for (JsonNode network : modes.path(mode).path("networks")) {
                complete &= networks.containsKey(network.asText());
            }
            if (!complete) {
                modes.remove(mode);
                json.remove("quality"); // its levels may name that mode
                notes.add(
                        "The mode \"" + mode + "\" needs networks that were not imported; the bundle does without it.");
            }
        }
        List<String> profiled = new ArrayList<>();
        ObjectNode profiles = json.withObject("/tensorrt/profiles");
        profiles.fieldNames().forEachRemaining(profiled::add);
        profiled.removeAll(networks.keySet());
        profiles.remove(profiled);
        return this;
    }

    ImportedManifest withPrecision(String precision) {
        json.withObject("/tensorrt").put("precision", precision);
        return this;
    }

    /** @param tokenizer the tokenizer's file, or null if the checkpoint has none */
    ImportedManifest withFiles(Map<String, String> files, String tokenizer) {
        if (tokenizer == null) {
            json.withObject("/text").remove("tokenizer");
            notes.add("The checkpoint has no tokenizer/tokenizer.json; the bundle takes token ids but no prompts.");
        } else {
            json.withObject("/text").put("tokenizer", tokenizer);
        }
        ObjectNode node = json.putObject("files");
        files.forEach(node::put);
        return this;
    }

    /** What a user should know about the bundle, each a sentence. */
    List<String> notes() {
        return notes;
    }

    byte[] toBytes() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a tree of JSON can always be written", e);
        }
    }
}
