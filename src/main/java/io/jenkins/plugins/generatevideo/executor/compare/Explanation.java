package io.jenkins.plugins.generatevideo.executor.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Why two clips differ, as far as their manifests tell.
 *
 * @param cause what explains the difference
 * @param sentence for a reader
 * @param changes every field of the manifests that differs and can change frames, the weightiest first
 */
public record Explanation(Cause cause, String sentence, List<Change> changes) {
    /** What explains a difference, the weightiest first. */
    public enum Cause {
        /** The frames are equal. */
        NONE("none"),
        /** Another prompt, seed, size, mode or the like was asked for. */
        REQUEST("request"),
        /** Another engine bundle made the clip. */
        BUNDLE("bundle"),
        /** Another sampler or number of steps, although the request is the same. */
        SAMPLING("sampling"),
        /** Another backend, version or device ran the same networks. */
        BACKEND("backend"),
        /** The raw frames were equal, only their encoding differs. */
        ENCODING("encoding"),
        /** Nothing that the manifests know has changed, and the frames have: look here first. */
        UNEXPLAINED("unexplained"),
        /** One of the clips has no manifest. */
        UNKNOWN("unknown");

        private final String key;

        Cause(String key) {
            this.key = key;
        }

        /** Its name in files. */
        public String key() {
            return key;
        }
    }

    /**
     * A field that differs.
     *
     * @param field its path in the manifest, for example {@code request.seed}
     * @param baseline its value there as JSON, {@code null} where it is absent
     * @param candidate likewise
     */
    public record Change(String field, String baseline, String candidate) {}

    /** Fields of {@code clip.json} that decide on the frames, with what a change of them means, the weightiest first. */
    private enum Field {
        PROMPT("/request/prompt", Cause.REQUEST, "the prompt"),
        NEGATIVE_PROMPT("/request/negativePrompt", Cause.REQUEST, "the negative prompt"),
        SEED("/request/seed", Cause.REQUEST, "the seed"),
        MODE("/request/mode", Cause.REQUEST, "the mode"),
        QUALITY("/request/quality", Cause.REQUEST, "the quality"),
        GUIDANCE("/request/guidance", Cause.REQUEST, "the guidance"),
        WIDTH("/request/width", Cause.REQUEST, "the width"),
        HEIGHT("/request/height", Cause.REQUEST, "the height"),
        FRAMES("/request/frames", Cause.REQUEST, "the number of frames"),
        FPS("/request/fps", Cause.REQUEST, "the frame rate"),
        BUNDLE_NAME("/bundle/name", Cause.BUNDLE, "the bundle"),
        BUNDLE_VERSION("/bundle/version", Cause.BUNDLE, "the bundle's version"),
        BUNDLE_DIGEST("/bundle/digest", Cause.BUNDLE, "the bundle's content"),
        SAMPLER("/sampler", Cause.SAMPLING, "the sampler"),
        STEPS("/steps", Cause.SAMPLING, "the number of steps"),
        EVALUATIONS("/networkEvaluations", Cause.SAMPLING, "the number of network evaluations"),
        BACKEND_NAME("/backend/name", Cause.BACKEND, "the backend"),
        BACKEND_VERSION("/backend/version", Cause.BACKEND, "the backend's version"),
        DEVICE("/backend/device", Cause.BACKEND, "the device");

        private final String pointer;
        private final Cause cause;
        private final String words;

        Field(String pointer, Cause cause, String words) {
            this.pointer = pointer;
            this.cause = cause;
            this.words = words;
        }
    }

    /** The manifest beside a video: {@code clip.json} for {@code clip.mp4}; {@code null} if there is none to be read. */
    static JsonNode manifestOf(Path video) {
        String name = video.getFileName().toString();
        Path file = video.resolveSibling(name.substring(0, Math.max(0, name.lastIndexOf('.'))) + ".json");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            JsonNode manifest = new ObjectMapper().readTree(file.toFile());
            return manifest.path("schema").asText().startsWith("generate-video/clip/") ? manifest : null;
        } catch (IOException e) {
            // A file that is no JSON is no manifest; the clips are compared all the same, and the cause is unknown.
            return null;
        }
    }

    /**
     * @param baseline the manifest, or {@code null}
     * @param candidate the manifest, or {@code null}
     * @param identical whether the decoded frames are equal
     */
    static Explanation of(JsonNode baseline, JsonNode candidate, boolean identical) {
        if (baseline == null || candidate == null) {
            return new Explanation(
                    identical ? Cause.NONE : Cause.UNKNOWN,
                    identical
                            ? "The frames are identical."
                            : "There is no manifest of " + (baseline == null ? "the baseline" : "the candidate")
                                    + ", so nothing says why the frames differ.",
                    List.of());
        }
        List<Change> changes = new ArrayList<>();
        List<String> words = new ArrayList<>();
        Cause cause = null;
        for (Field field : Field.values()) {
            JsonNode first = baseline.at(field.pointer);
            JsonNode second = candidate.at(field.pointer);
            if (!first.equals(second)) {
                changes.add(new Change(field.pointer.substring(1).replace('/', '.'), text(first), text(second)));
                if (cause == null) {
                    cause = field.cause;
                }
                words.add(field.words);
            }
        }
        if (identical) {
            return new Explanation(Cause.NONE, "The frames are identical" + (words.isEmpty()
                    ? "."
                    : ", although " + list(words) + " changed."), changes);
        }
        if (cause != null) {
            return new Explanation(
                    cause, "The frames differ, and so " + (words.size() == 1 ? "does " : "do ") + list(words) + ".", changes);
        }
        JsonNode digest = baseline.path("frameDigest");
        if (digest.isTextual() && digest.equals(candidate.path("frameDigest"))) {
            return new Explanation(
                    Cause.ENCODING,
                    "The raw frames were identical when they were made: only their encoding differs.",
                    changes);
        }
        return new Explanation(
                Cause.UNEXPLAINED,
                "The same request, bundle, sampler and backend gave other frames: nothing in the manifests explains it.",
                changes);
    }

    private static String text(JsonNode node) {
        return node.isMissingNode() ? null : node.toString();
    }

    private static String list(List<String> words) {
        int last = words.size() - 1;
        return last == 0 ? words.get(0) : String.join(", ", words.subList(0, last)) + " and " + words.get(last);
    }
}
