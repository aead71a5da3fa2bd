package io.jenkins.plugins.generatevideo.executor.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.bundle.StrictJson;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import io.jenkins.plugins.generatevideo.executor.files.Sha256;
import io.jenkins.plugins.generatevideo.executor.video.UnfinishedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A scene template as the parts of an {@link Entry}: in a content store, or as a file of its own that can go anywhere. */
public final class TemplateFile {
    /** How the files' names end. */
    public static final String SUFFIX = ".template";

    private static final String ORIGIN = "template.json";
    private static final String LATENT = "latent";
    private static final String CELLS = "cells";
    private static final String PICTURE = "picture";
    private static final String PIXELS = "pixels";
    // A template holds one picture and one latent; those of the largest models have some tens of megabytes.
    private static final long LARGEST = 1L << 30;

    private TemplateFile() {}

    /** Whether a text means a template's file rather than its name. */
    public static boolean isFile(String template) {
        return template.endsWith(SUFFIX) || !SceneTemplates.isName(template);
    }

    /** A template with the digest of its content. */
    public static SceneTemplate digested(
            SceneTemplate.Origin origin, FloatTensor latent, boolean[] cells, byte[] picture, boolean[] pixels) {
        SceneTemplate template = new SceneTemplate(origin, "", latent, cells, picture, pixels);
        MessageDigest digest = Sha256.digest();
        new TreeMap<>(parts(template)).forEach((name, part) -> digest.update(part));
        return new SceneTemplate(origin, HexFormat.of().formatHex(digest.digest()), latent, cells, picture, pixels);
    }

    /** Writes a template into a file of its own. */
    public static void write(SceneTemplate template, Path file) throws ExecutorException {
        UnfinishedFile.write(file.toAbsolutePath(), new Entry(template.digest(), parts(template))::writeTo);
    }

    /**
     * Reads a file that {@link #write} has written, here or elsewhere.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if there is none or it is damaged
     */
    public static SceneTemplate read(Path file) throws ExecutorException {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
                throw refused("There is no scene template " + file + ": name another file, or save one with"
                        + " --save-template.");
            }
            Optional<SceneTemplate> template =
                    Entry.read(Files.readAllBytes(file)).flatMap(entry -> template(entry.parts()));
            return template.orElseThrow(() -> refused("The scene template " + file
                    + " is damaged or is none: fetch it again, or save it anew with --save-template."));
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The scene template " + file + " cannot be read (" + e + "): check its permissions.",
                    e);
        }
    }

    static Map<String, byte[]> parts(SceneTemplate template) {
        try {
            return Map.of(
                    ORIGIN, StrictJson.mapper().writeValueAsBytes(template.origin()),
                    LATENT, Tensors.toBytes(template.latent()),
                    CELLS, toBytes(template.cells()),
                    PICTURE, template.picture(),
                    PIXELS, toBytes(template.pixels()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers are always JSON", e);
        }
    }

    /** Nothing if the parts are no template's. */
    static Optional<SceneTemplate> template(Map<String, byte[]> parts) {
        if (!parts.keySet().equals(Set.of(ORIGIN, LATENT, CELLS, PICTURE, PIXELS))) {
            return Optional.empty();
        }
        try {
            SceneTemplate.Origin origin = StrictJson.mapper().readValue(parts.get(ORIGIN), SceneTemplate.Origin.class);
            return Optional.of(digested(
                    origin,
                    Tensors.fromBytes(parts.get(LATENT)),
                    toBooleans(parts.get(CELLS)),
                    parts.get(PICTURE),
                    toBooleans(parts.get(PIXELS))));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static byte[] toBytes(boolean[] mask) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(mask.length);
        for (boolean set : mask) {
            bytes.write(set ? 1 : 0);
        }
        return bytes.toByteArray();
    }

    private static boolean[] toBooleans(byte[] bytes) {
        boolean[] mask = new boolean[bytes.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = bytes[i] != 0;
        }
        return mask;
    }

    private static ExecutorException refused(String sentence) {
        return new ExecutorException(ExitCode.BAD_REQUEST, sentence);
    }
}
