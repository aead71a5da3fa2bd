package io.jenkins.plugins.generatevideo.contract;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is asked for: one clip. Only the prompt must be given; what is null is left to the bundle. A request that exists
 * is sound as far as that can be said without the bundle; the controller and the executor refuse with the same sentences.
 *
 * @param prompt what the clip shows, 1 to {@value #MAXIMUM_PROMPT} characters, any language the bundle knows
 * @param negativePrompt what to lead away from, may be empty; null for the bundle's own
 * @param mode one of {@link #MODES}; null for what {@code quality} means to the bundle, or {@code standard} without one
 * @param quality 0 (quickest) to 100 (best, the default); with a mode the share of its steps that is taken
 * @param seed 0 to 2^63 - 1; null for a random one, which the manifest tells
 * @param size {@code WIDTHxHEIGHT} in pixels, one of the bundle's sizes; null for its first
 * @param duration in seconds, above 0; rounded to the nearest number of frames that the bundle can make
 * @param fps frames a second, one of the bundle's frame rates; null for its first
 * @param bundle an engine bundle's name, its folder, or the {@link BundleAddress} of its archive; null for {@code shapes}
 * @param backend {@code auto}, {@code tensorrt} or {@code onnxruntime}; null for {@code auto}
 * @param template the name of a saved scene template, or the path of a template's file, whose scene the clip is set in;
 *     null for none
 * @param degraded why the mode is not the one that was first asked for; null if it is
 */
public record ClipRequest(
        String prompt,
        String negativePrompt,
        String mode,
        Integer quality,
        Long seed,
        String size,
        Double duration,
        Integer fps,
        String bundle,
        String backend,
        String template,
        Degraded degraded) {
    public static final List<String> MODES = List.of("standard", "fast", "cached", "preview");
    public static final List<String> BACKENDS = List.of("auto", "tensorrt", "onnxruntime");
    public static final int MAXIMUM_PROMPT = 10_000;
    public static final String DEFAULT_BUNDLE = "shapes";

    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,4}x[1-9][0-9]{0,4}");

    /** @throws IllegalArgumentException with a sentence that says what is wrong and what to do */
    public ClipRequest {
        require(
                prompt != null && !prompt.isBlank(),
                "The prompt is empty: say in a sentence what the clip shows, for example \"a red ball rolls over a"
                        + " meadow\".");
        checkText("prompt", prompt);
        if (negativePrompt != null) {
            checkText("negative prompt", negativePrompt);
        }
        checkOneOf("mode", mode, MODES);
        checkOneOf("backend", backend, BACKENDS);
        require(
                quality == null || quality >= 0 && quality <= 100,
                "The quality is " + quality + ", but it goes from 0 (quickest) to 100 (best).");
        require(
                seed == null || seed >= 0,
                "The seed is " + seed + ", but it must be 0 or more; leave it out for a random one.");
        require(
                size == null || SIZE.matcher(size).matches(),
                "The size \"" + size + "\" is none: write it as WIDTHxHEIGHT in pixels, for example 96x64.");
        require(
                duration == null || Double.isFinite(duration) && duration > 0,
                "The duration is " + duration + " seconds, but it must be above 0.");
        require(fps == null || fps > 0, "The frame rate is " + fps + " frames a second, but it must be above 0.");
        if (bundle != null) {
            checkBundle(bundle);
        }
        require(template == null || !template.isBlank(), "The template's name is empty: name one, or leave it out.");
    }

    /** A request for a clip in no particular scene. */
    public ClipRequest(
            String prompt,
            String negativePrompt,
            String mode,
            Integer quality,
            Long seed,
            String size,
            Double duration,
            Integer fps,
            String bundle,
            String backend) {
        this(prompt, negativePrompt, mode, quality, seed, size, duration, fps, bundle, backend, null, null);
    }

    /** A request that leaves everything but the prompt to the bundle. */
    public static ClipRequest of(String prompt) {
        return new ClipRequest(prompt, null, null, null, null, null, null, null, null, null);
    }

    /** The same request for the scene of a template. */
    public ClipRequest on(String sceneTemplate) {
        return new ClipRequest(
                prompt,
                negativePrompt,
                mode,
                quality,
                seed,
                size,
                duration,
                fps,
                bundle,
                backend,
                sceneTemplate,
                degraded);
    }

    /** The same request with another seed. */
    public ClipRequest with(long otherSeed) {
        return new ClipRequest(
                prompt,
                negativePrompt,
                mode,
                quality,
                otherSeed,
                size,
                duration,
                fps,
                bundle,
                backend,
                template,
                degraded);
    }

    /** The same request in another mode than was asked for. */
    public ClipRequest in(String otherMode, Degraded because) {
        return new ClipRequest(
                prompt,
                negativePrompt,
                otherMode,
                quality,
                seed,
                size,
                duration,
                fps,
                bundle,
                backend,
                template,
                because);
    }

    private static void checkText(String what, String text) {
        int length = text.codePointCount(0, text.length());
        require(
                length <= MAXIMUM_PROMPT,
                "The " + what + " has " + length + " characters, but at most " + MAXIMUM_PROMPT
                        + " are read: shorten it.");
        int position = 0;
        for (int index = 0; index < text.length(); ) {
            int code = text.codePointAt(index);
            position++;
            boolean layout = code == '\t' || code == '\n' || code == '\r';
            boolean half = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
            if (half || Character.isISOControl(code) && !layout) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "The %s has %s U+%04X at position %d: %s.",
                        what,
                        half ? "half of a character," : "the control character",
                        code,
                        position,
                        half ? "send it as UTF-8" : "remove it"));
            }
            index += Character.charCount(code);
        }
    }

    /** @throws IllegalArgumentException with a sentence, if this can be no bundle */
    public static void checkBundle(String bundle) {
        require(!bundle.isBlank(), "The bundle's name is empty: name one, or leave it out.");
        if (BundleAddress.isAddress(bundle)) {
            BundleAddress.parse(bundle);
        }
    }

    private static void checkOneOf(String what, String value, List<String> possible) {
        require(
                value == null || possible.contains(value),
                "There is no " + what + " \"" + value + "\": choose one of " + String.join(", ", possible) + ".");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
