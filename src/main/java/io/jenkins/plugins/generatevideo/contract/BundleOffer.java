package io.jenkins.plugins.generatevideo.contract;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which clips an engine bundle can make; the controller and the executor refuse others with the same sentences.
 *
 * @param bundle its name
 * @param modes of {@link ClipRequest#MODES}, or a bundle's own
 * @param sizes as {@code WIDTHxHEIGHT} in pixels, the default first
 * @param minimumFrames the shortest clip
 * @param maximumFrames the longest clip
 * @param frameStep between two possible numbers of frames
 * @param frameRates in frames a second, the default first
 */
public record BundleOffer(
        String bundle,
        Collection<String> modes,
        List<String> sizes,
        int minimumFrames,
        int maximumFrames,
        int frameStep,
        List<Integer> frameRates) {
    /** @throws IllegalArgumentException if the bundle cannot do what is asked, with what it can */
    public void check(ClipRequest request) {
        refuseUnless(
                request.mode() == null || modes.contains(request.mode()),
                "mode " + request.mode(),
                String.join(", ", new TreeSet<>(modes)));
        refuseUnless(
                request.size() == null || sizes.contains(request.size()),
                "size " + request.size(),
                String.join(", ", sizes));
        int fps = request.fps() == null ? frameRates.get(0) : request.fps();
        refuseUnless(
                frameRates.contains(fps),
                "rate of " + fps + " frames a second",
                frameRates.stream().map(String::valueOf).collect(Collectors.joining(", ")));
        if (request.duration() != null) {
            checkDuration(request.duration(), fps);
        }
    }

    /** A duration counts as the nearest number of frames. */
    private void checkDuration(double duration, int fps) {
        double shortest = (minimumFrames - frameStep / 2.0) / fps;
        double longest = (maximumFrames + frameStep / 2.0) / fps;
        refuseUnless(
                duration >= shortest && duration <= longest,
                String.format(Locale.ROOT, "duration of %s seconds at %d frames a second", duration, fps),
                String.format(
                        Locale.ROOT,
                        "%.2f to %.2f seconds (%d to %d frames)",
                        minimumFrames / (double) fps,
                        maximumFrames / (double) fps,
                        minimumFrames,
                        maximumFrames));
    }

    private void refuseUnless(boolean possible, String what, String choice) {
        if (!possible) {
            throw new IllegalArgumentException(
                    "The engine bundle " + bundle + " cannot do the " + what + ": choose from " + choice + ".");
        }
    }
}
