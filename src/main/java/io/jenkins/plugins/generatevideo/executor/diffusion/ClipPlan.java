package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.FrameRange;
import io.jenkins.plugins.generatevideo.executor.bundle.Geometry;
import io.jenkins.plugins.generatevideo.executor.bundle.Mode;
import io.jenkins.plugins.generatevideo.executor.bundle.QualityLevel;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import io.jenkins.plugins.generatevideo.executor.text.Prompts;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A request with every value settled for one bundle.
 *
 * @param prompt cleaned
 * @param negativePrompt cleaned, may be empty
 * @param seed of the initial noise, 0 or more
 * @param mode the name of {@code settings}
 * @param quality the share of the mode's steps, in per cent
 * @param steps the sampler's steps, 1 or more; in the scene of a template those of the whole schedule
 * @param guidance one scale for each expert
 * @param chosenByQuality the quality that chose mode and steps; null where the request named the mode
 * @param template the scene that the clip is set in; null for none
 */
public record ClipPlan(
        String prompt,
        String negativePrompt,
        long seed,
        String mode,
        Mode settings,
        int quality,
        int steps,
        Size size,
        int frames,
        int fps,
        List<Double> guidance,
        Integer chosenByQuality,
        SceneTemplate template) {
    private static final int FULL_QUALITY = 100;
    // Fewer than this no flow sampler of the field makes a picture of.
    private static final int FEWEST_STEPS = 4;
    // Where a mode says nothing else. Measured on the bundle shapes: from 0.97 the background strays, from 0.88
    // subjects no longer move as they are told.
    private static final double TEMPLATE_NOISE_LEVEL = 0.93;

    /** A plan for a clip in no particular scene. */
    public ClipPlan(
            String prompt,
            String negativePrompt,
            long seed,
            String mode,
            Mode settings,
            int quality,
            int steps,
            Size size,
            int frames,
            int fps,
            List<Double> guidance) {
        this(prompt, negativePrompt, seed, mode, settings, quality, steps, size, frames, fps, guidance, null, null);
    }

    /** The same clip in the scene of a template. */
    public ClipPlan on(SceneTemplate scene) {
        int whole = settings.template() == null
                ? settings.steps()
                : settings.template().steps();
        return new ClipPlan(
                prompt,
                negativePrompt,
                seed,
                mode,
                settings,
                quality,
                steps(whole, quality),
                size,
                frames,
                fps,
                guidance,
                chosenByQuality,
                scene);
    }

    /** The share of noise that the steps begin at or below, 0 to 1. */
    double noiseLevel() {
        if (template == null) {
            return 1;
        }
        return settings.template() == null
                ? TEMPLATE_NOISE_LEVEL
                : settings.template().noiseLevel();
    }

    private static int steps(int whole, int quality) {
        int fewest = Math.min(FEWEST_STEPS, whole);
        return Math.max(fewest, (int) Math.round(whole * quality / (double) FULL_QUALITY));
    }

    /**
     * Settles a request, all but its template.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if the bundle cannot do what is asked, with what it can
     */
    public static ClipPlan of(ClipRequest request, BundleManifest bundle) throws ExecutorException {
        try {
            bundle.offer().check(request);
        } catch (IllegalArgumentException e) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, e.getMessage(), e);
        }
        int quality = request.quality() == null ? FULL_QUALITY : request.quality();
        Optional<QualityLevel> level =
                request.mode() == null && request.quality() != null ? bundle.levelOf(quality) : Optional.empty();
        String mode =
                level.map(QualityLevel::mode).orElse(request.mode() == null ? BundleManifest.STANDARD : request.mode());
        Mode settings = bundle.modes().get(mode);
        Geometry geometry = bundle.geometry();
        Size size = request.size() == null ? geometry.sizes().get(0) : Size.parse(request.size());
        int fps = request.fps() == null ? geometry.frameRates().get(0) : request.fps();
        List<Double> guidance = IntStream.range(0, bundle.experts().size())
                .mapToObj(expert -> bundle.guidanceIn(settings, expert))
                .toList();
        String prompt = Prompts.clean(request.prompt());
        if (prompt.isEmpty()) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "The prompt is empty once it is cleaned: say what the clip shows.");
        }
        return new ClipPlan(
                prompt,
                Prompts.clean(
                        request.negativePrompt() == null
                                ? bundle.text().defaultNegativePrompt()
                                : request.negativePrompt()),
                request.seed() == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : request.seed(),
                mode,
                settings,
                // As a share of the mode's steps, so that mode and quality together give the same clip again.
                level.map(chosen -> Math.round(FULL_QUALITY * (float) chosen.steps() / settings.steps()))
                        .orElse(quality),
                level.map(QualityLevel::steps).orElse(steps(settings.steps(), quality)),
                size,
                frames(request.duration(), fps, geometry.frames()),
                fps,
                guidance,
                level.map(chosen -> quality).orElse(null),
                null);
    }

    private static int frames(Double duration, int fps, FrameRange range) {
        if (duration == null) {
            return range.standard();
        }
        long steps = Math.round((duration * fps - range.minimum()) / range.step());
        return (int) Math.max(range.minimum(), Math.min(range.maximum(), range.minimum() + steps * range.step()));
    }

    /** A request that gives this plan again, every value settled, without its template. */
    public ClipRequest request() {
        return new ClipRequest(
                prompt, negativePrompt, mode, quality, seed, size.toString(), durationSeconds(), fps, null, null);
    }

    /** The clip's length in seconds. */
    public double durationSeconds() {
        return frames / (double) fps;
    }
}
