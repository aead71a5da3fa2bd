package io.jenkins.plugins.generatevideo.report;

import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.LatencyClass;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One clip that a build has made, as the build remembers it. Saved in {@code build.xml} and, while a Pipeline runs, in its
 * program: plain fields only.
 */
public final class Clip implements Serializable {
    private static final long serialVersionUID = 1L;

    /** As they stand in the manifest; in seconds. */
    private static final List<String> TIMINGS = List.of(
            "loadSeconds", "textEncoderSeconds", "denoiseSeconds", "decodeSeconds", "encodeSeconds", "totalSeconds");

    private final String name;
    private final String folder;
    private final boolean archived;
    private final String prompt;
    private final String negativePrompt;
    private final long seed;
    private final String mode;
    private final int quality;
    private final int width;
    private final int height;
    private final int frames;
    private final int fps;
    private final double duration;
    private final String frameDigest;
    private final String bundle;
    private final String bundleVersion;
    private final String backend;
    private final double seconds;
    private final double millisecondsPerFrame;
    private final String latencyClass;
    // Builds of earlier versions know none of the following.
    private final double realTimeFactor;
    private final int networkEvaluations;
    private final boolean reused;
    /** The name of the scene template, or null. */
    private final String template;
    /** The mode that was asked for, or null if it is the clip's. */
    private final String degradedFrom;

    private final String degradedWhy;
    private final String sha256;
    private final String bundleDigest;
    private final String askedBundle;
    private final LinkedHashMap<String, Double> timings = new LinkedHashMap<>();

    /**
     * Reads the manifest that came with the clip from an agent, and checks it.
     *
     * @param name of the clip among those of its step
     * @param folder that holds the clip: in the archive, or in the workspace if it is not archived
     * @param askedBundle how to ask for the same engine bundle again; null for its name
     * @param manifest the text of {@code clip.json}
     * @throws IOException if the manifest is not what the executor writes
     */
    public Clip(String name, String folder, boolean archived, String askedBundle, String manifest) throws IOException {
        ExecutorJson json = ExecutorJson.parse(manifest, "clip.json");
        ExecutorJson request = json.object("request");
        ExecutorJson clip = json.object("clip");
        if (!clip.text("file").equals("clip.mp4")) {
            throw new IOException("clip.json names a file other than clip.mp4");
        }
        this.name = name;
        this.folder = folder;
        this.archived = archived;
        prompt = request.text("prompt");
        negativePrompt = request.text("negativePrompt");
        seed = request.wholeNumber("seed");
        mode = request.text("mode");
        quality = (int) request.wholeNumber("quality");
        width = (int) clip.wholeNumber("width");
        height = (int) clip.wholeNumber("height");
        frames = (int) clip.wholeNumber("frames");
        fps = (int) clip.wholeNumber("fps");
        duration = clip.number("durationSeconds");
        frameDigest = hexadecimal(json.text("frameDigest"), "frameDigest");
        bundle = json.object("bundle").text("name");
        bundleVersion = json.object("bundle").text("version");
        bundleDigest = hexadecimal(json.object("bundle").text("digest"), "bundle.digest");
        this.askedBundle = askedBundle == null ? bundle : askedBundle;
        sha256 = hexadecimal(clip.text("sha256"), "clip.sha256");
        for (String timing : TIMINGS) {
            timings.put(timing, json.object("timings").number(timing));
        }
        backend = json.object("backend").text("name");
        seconds = json.object("timings").number("totalSeconds");
        millisecondsPerFrame = json.number("millisecondsPerFrame");
        latencyClass = known(json.text("latencyClass"));
        realTimeFactor = json.number("realTimeFactor");
        networkEvaluations = (int) json.wholeNumber("networkEvaluations");
        reused = json.texts("reused").contains(ClipManifest.REUSED_CLIP);
        template = json.has("template") ? json.object("template").text("name") : null;
        degradedFrom = json.has("degraded") ? json.object("degraded").text("from") : null;
        degradedWhy = json.has("degraded") ? json.object("degraded").text("why") : null;
    }

    public String getName() {
        return name;
    }

    /** The folder of the clip's files: in the archive, or in the workspace if it is not archived. */
    public String getFolder() {
        return folder;
    }

    public boolean isArchived() {
        return archived;
    }

    /** The video's path: in the archive, or in the workspace if it is not archived. */
    public String getPath() {
        return folder + "/clip.mp4";
    }

    public String getPrompt() {
        return prompt;
    }

    public String getNegativePrompt() {
        return negativePrompt;
    }

    public long getSeed() {
        return seed;
    }

    public String getMode() {
        return mode;
    }

    public int getQuality() {
        return quality;
    }

    public int getWidth() {
        return width;
    }

    public int getHeight() {
        return height;
    }

    public int getFrames() {
        return frames;
    }

    public int getFps() {
        return fps;
    }

    /** In seconds. */
    public double getDuration() {
        return duration;
    }

    public String getFrameDigest() {
        return frameDigest;
    }

    public String getBundle() {
        return bundle;
    }

    public String getBundleVersion() {
        return bundleVersion;
    }

    /** How to ask for the same engine bundle again: its name, folder, address or place among artifacts. */
    public String getAskedBundle() {
        return askedBundle == null ? bundle : askedBundle;
    }

    public String getBackend() {
        return backend;
    }

    /** How long it took to make. */
    public double getSeconds() {
        return seconds;
    }

    public double getMillisecondsPerFrame() {
        return millisecondsPerFrame;
    }

    /** A label of {@link LatencyClass}. */
    public String getLatencyClass() {
        return latencyClass;
    }

    /** How long it took to make over how long it is. */
    public double getRealTimeFactor() {
        return realTimeFactor;
    }

    /** Evaluations of the denoising networks. */
    public int getNetworkEvaluations() {
        return networkEvaluations;
    }

    /** Whether the whole clip came from the agent's cache. */
    public boolean isReused() {
        return reused;
    }

    /** The name of the scene template that it is set in, or null. */
    public String getTemplate() {
        return template;
    }

    /** The mode that was asked for, or null if it is the clip's. */
    public String getDegradedFrom() {
        return degradedFrom;
    }

    /** Why the mode is another than was asked for, or null. */
    public String getDegradedWhy() {
        return degradedWhy;
    }

    /** What a Pipeline script gets: {@code path}, {@code seed}, {@code mode}, {@code duration} and so on. */
    public Map<String, Object> forScript() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("path", getPath());
        values.put("seed", seed);
        values.put("mode", mode);
        values.put("duration", duration);
        values.put("sha256", sha256);
        values.put("frameDigest", frameDigest);
        values.put("bundle", askedBundle);
        values.put("bundleDigest", bundleDigest);
        values.put("latencyClass", latencyClass);
        values.put("seconds", seconds);
        values.put("reused", reused);
        values.put("degradedFrom", degradedFrom);
        values.put("timings", new LinkedHashMap<>(timings));
        return values;
    }

    private static String hexadecimal(String digest, String name) throws IOException {
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new IOException("clip.json has no SHA-256 " + name);
        }
        return digest;
    }

    private static String known(String label) throws IOException {
        if (Arrays.stream(LatencyClass.values())
                .noneMatch(known -> known.label().equals(label))) {
            throw new IOException("clip.json has an unknown latencyClass");
        }
        return label;
    }
}
