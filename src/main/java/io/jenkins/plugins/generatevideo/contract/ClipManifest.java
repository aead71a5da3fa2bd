package io.jenkins.plugins.generatevideo.contract;

import java.util.List;

/**
 * How a clip was made: the content of {@code clip.json}. With the request, the bundle and the backend that it names, the
 * same frames come out again on the same kind of machine.
 *
 * @param schema {@value #SCHEMA}
 * @param request the request with every value settled
 * @param clip the video file
 * @param frameDigest SHA-256 over the raw RGB frames, 64 hexadecimal digits
 * @param sampler its name, for example {@code unipc}
 * @param steps evaluations of the denoiser, without guidance's second pass
 * @param networkEvaluations evaluations of the denoiser for one latent, guidance's second pass counted
 * @param millisecondsPerFrame total time over the number of frames
 * @param realTimeFactor total time over the clip's duration
 * @param latencyClass a label of {@link LatencyClass}
 * @param warnings what the user should know about this clip, may be empty
 * @param reused what came from the cache instead of being made: {@value #REUSED_CLIP}, {@value #REUSED_EMBEDDINGS},
 *     {@value #REUSED_TEMPLATE}, or nothing; null in manifests of versions without a cache
 * @param template the scene that the clip is set in; null for none
 * @param chosenByQuality the quality that chose the request's mode and steps; null where a mode was asked for
 * @param degraded why the mode is not the one that was first asked for; null if it is
 */
public record ClipManifest(
        String schema,
        Request request,
        Clip clip,
        String frameDigest,
        Bundle bundle,
        Backend backend,
        String sampler,
        int steps,
        int networkEvaluations,
        Timings timings,
        double millisecondsPerFrame,
        double realTimeFactor,
        String latencyClass,
        List<String> warnings,
        List<String> reused,
        Template template,
        Integer chosenByQuality,
        Degraded degraded) {
    public static final String SCHEMA = "generate-video/clip/1";
    /** The whole clip was made before. */
    public static final String REUSED_CLIP = "clip";
    /** The text encoder was not run. */
    public static final String REUSED_EMBEDDINGS = "prompt-embeddings";
    /** The scene was made before. */
    public static final String REUSED_TEMPLATE = "scene-template";

    /**
     * The request as it was carried out.
     *
     * @param prompt after cleaning
     * @param guidance one scale for each expert
     */
    public record Request(
            String prompt,
            String negativePrompt,
            long seed,
            String mode,
            int quality,
            int width,
            int height,
            int frames,
            int fps,
            List<Double> guidance) {}

    /**
     * The video file.
     *
     * @param file its name in the folder of {@code clip.json}
     * @param sha256 of the file
     */
    public record Clip(
            String file,
            String sha256,
            int width,
            int height,
            int frames,
            int fps,
            double durationSeconds,
            String codec) {}

    /** @param digest of the bundle's whole content */
    public record Bundle(String name, String version, String digest) {}

    /** What ran the networks. */
    public record Backend(String name, String version, String device) {}

    /**
     * A scene template.
     *
     * @param name under which it was saved
     * @param digest SHA-256 that names its content
     */
    public record Template(String name, String digest) {}

    /** Where the time went; loading is counted wherever it happens, so the other stages are without it. */
    public record Timings(
            double loadSeconds,
            double textEncoderSeconds,
            double denoiseSeconds,
            double decodeSeconds,
            double encodeSeconds,
            double totalSeconds) {}
}
