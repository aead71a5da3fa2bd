package io.jenkins.plugins.generatevideo.executor.template;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.bundle.Geometry;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The latent of a static background, from the latent of a clip in which something moves before it. Where the clip shows the
 * background for a whole latent frame, its latent is the background's; in the other frames that place gets the median of
 * those. A place that is never clear gets the latent of the place nearby that looks most like it, since what looks alike is
 * encoded alike. What remains is unknown.
 */
final class LatentBackground {
    // Levels of 255 between a frame's pixel and the background's.
    private static final int BACKGROUND = 10;
    private static final double CLEAR = 0.97;
    // The mean square error, of levels of 255, between places that look alike: 28 dB.
    private static final double ALIKE = 100;
    // In latent places; beyond it a likeness is chance.
    private static final int REACH = 12;

    private final Geometry geometry;
    private final StaticBackground background;
    private final FloatTensor clip;
    private final int frames;
    private final int height;
    private final int width;
    private final float[] latent;
    private final boolean[] known;
    private boolean[] clear;

    private LatentBackground(Geometry geometry, StaticBackground background, FloatTensor clip) {
        this.geometry = geometry;
        this.background = background;
        this.clip = clip;
        frames = (int) clip.shape()[2];
        height = (int) clip.shape()[3];
        width = (int) clip.shape()[4];
        latent = clip.data().clone();
        known = new boolean[frames * height * width];
    }

    /**
     * @param clip its clean latent {@code [1, channels, frames, height, width]}
     * @param pictures its frames
     */
    static LatentBackground of(
            Geometry geometry, StaticBackground background, FloatTensor clip, List<byte[]> pictures) {
        LatentBackground result = new LatentBackground(geometry, background, clip);
        result.clear = result.clearPlaces(pictures);
        System.arraycopy(result.clear, 0, result.known, 0, result.known.length);
        result.fillFromOtherFrames();
        result.fillFromPlacesAlike();
        return result;
    }

    FloatTensor latent() {
        return new FloatTensor(clip.shape(), latent);
    }

    /** Which places {@code [frames, height, width]} are known. */
    boolean[] known() {
        return known;
    }

    /** The places whose pixels all show the background for the whole of a latent frame. */
    private boolean[] clearPlaces(List<byte[]> pictures) {
        int side = geometry.spatialFactor();
        int[] hidden = new int[known.length];
        for (int frame = 0; frame < pictures.size(); frame++) {
            boolean[] before = foreground(pictures.get(frame));
            int start = latentFrame(frame) * height * width;
            for (int pixel = 0; pixel < before.length; pixel++) {
                if (before[pixel]) {
                    int row = pixel / (width * side) / side;
                    hidden[start + row * width + pixel % (width * side) / side]++;
                }
            }
        }
        boolean[] places = new boolean[known.length];
        for (int place = 0; place < places.length; place++) {
            int pixels = side * side * videoFrames(place / (height * width));
            places[place] = hidden[place] <= (1 - CLEAR) * pixels;
        }
        return places;
    }

    private boolean[] foreground(byte[] picture) {
        int pixelsWide = width * geometry.spatialFactor();
        boolean[] differs = new boolean[background.known().length];
        for (int pixel = 0; pixel < differs.length; pixel++) {
            differs[pixel] = Pixels.difference(picture, pixel, background.picture(), pixel) > BACKGROUND;
        }
        boolean[] foreground = Mask.grown(Mask.smoothed(differs, pixelsWide), pixelsWide);
        for (int pixel = 0; pixel < foreground.length; pixel++) {
            foreground[pixel] |= !background.known()[pixel];
        }
        return foreground;
    }

    private int latentFrame(int frame) {
        return geometry.firstFrameAlone()
                ? (frame + geometry.temporalFactor() - 1) / geometry.temporalFactor()
                : frame / geometry.temporalFactor();
    }

    private int videoFrames(int latentFrame) {
        return geometry.firstFrameAlone() && latentFrame == 0 ? 1 : geometry.temporalFactor();
    }

    /** A first frame that stands alone is encoded otherwise than the rest, so it neither gives nor takes. */
    private void fillFromOtherFrames() {
        int first = geometry.firstFrameAlone() ? 1 : 0;
        int area = height * width;
        for (int place = 0; place < area; place++) {
            int at = place;
            int[] from = IntStream.range(first, frames)
                    .map(frame -> frame * area + at)
                    .filter(cell -> clear[cell])
                    .toArray();
            for (int frame = first; frame < frames && from.length > 0; frame++) {
                int cell = frame * area + place;
                if (!known[cell]) {
                    takeMedian(cell, from);
                }
            }
        }
    }

    private void takeMedian(int cell, int[] from) {
        float[] values = new float[from.length];
        for (int channel = 0; channel < latent.length; channel += known.length) {
            for (int i = 0; i < from.length; i++) {
                values[i] = clip.data()[channel + from[i]];
            }
            Arrays.sort(values);
            latent[channel + cell] = (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
        }
        known[cell] = true;
    }

    private void fillFromPlacesAlike() {
        boolean[] given = known.clone();
        for (int cell = 0; cell < known.length; cell++) {
            int alike = given[cell] ? -1 : mostAlike(cell, given);
            if (alike >= 0) {
                for (int channel = 0; channel < latent.length; channel += known.length) {
                    latent[channel + cell] = latent[channel + alike];
                }
                known[cell] = true;
            }
        }
    }

    /** The known place of the same frame that looks most like this one, or -1. */
    private int mostAlike(int cell, boolean[] given) {
        int frame = cell / (height * width);
        int y = cell / width % height;
        int x = cell % width;
        int best = -1;
        double least = ALIKE;
        for (int row = Math.max(0, y - REACH); row <= Math.min(height - 1, y + REACH); row++) {
            for (int column = Math.max(0, x - REACH); column <= Math.min(width - 1, x + REACH); column++) {
                int other = (frame * height + row) * width + column;
                double error = given[other] ? error(y, x, row, column) : Double.MAX_VALUE;
                if (error < least) {
                    least = error;
                    best = other;
                }
            }
        }
        return best;
    }

    /** The mean square error between what two places look like; the largest number where that is not known. */
    private double error(int y, int x, int otherY, int otherX) {
        int side = geometry.spatialFactor();
        int pixelsWide = width * side;
        byte[] picture = background.picture();
        long sum = 0;
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                int one = (y * side + row) * pixelsWide + x * side + column;
                int other = (otherY * side + row) * pixelsWide + otherX * side + column;
                if (!background.known()[one] || !background.known()[other]) {
                    return Double.MAX_VALUE;
                }
                for (int channel = 0; channel < 3; channel++) {
                    int apart = (picture[3 * one + channel] & 0xff) - (picture[3 * other + channel] & 0xff);
                    sum += (long) apart * apart;
                }
            }
        }
        return sum / (3.0 * side * side);
    }
}
