package io.jenkins.plugins.generatevideo.executor.template;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Finds in the frames of a clip what stands still behind what moves. Each pixel has a few values at which it rests for a
 * while. Where it has one only, that is the background. From there the background grows into the rest: of a pixel's values
 * the one that goes on like a known neighbour is the background's (in the manner of Colombari and Fusiello 2010,
 * "Patch-Based Background Initialization in Heavily Cluttered Video"). What never shows its background stays unknown.
 */
final class StaticBackground {
    // Levels of 255: so much flickers in a still part of a decoded clip.
    private static final int STEADY = 8;
    // So far apart may neighbouring pixels of one surface be.
    private static final int ALIKE = 18;
    private static final double SURE = 0.85;
    // A pixel rests at a value for this share of the clip, or it only passes it.
    private static final double RESTS = 0.15;

    private final List<byte[]> frames;
    private final int width;
    private final byte[] picture;
    private final boolean[] known;

    private StaticBackground(List<byte[]> frames, int width) {
        this.frames = frames;
        this.width = width;
        picture = new byte[frames.get(0).length];
        known = new boolean[picture.length / 3];
    }

    /**
     * @param frames each rows from the top, red, green and blue of each pixel; at least one
     * @param width in pixels
     */
    static StaticBackground of(List<byte[]> frames, int width) {
        StaticBackground background = new StaticBackground(frames, width);
        background.find();
        return background;
    }

    /** The background's pixels; black where it is not known. */
    byte[] picture() {
        return picture;
    }

    /** Which pixels are known, {@code [height, width]}. */
    boolean[] known() {
        return known;
    }

    private void find() {
        Deque<Integer> frontier = new ArrayDeque<>();
        for (int pixel = 0; pixel < known.length; pixel++) {
            byte[][] values = values(pixel, SURE);
            if (values.length > 0) {
                settle(pixel, values[0]);
                frontier.add(pixel);
            }
        }
        while (!frontier.isEmpty()) {
            int pixel = frontier.remove();
            for (int neighbour : Mask.beside(pixel, width, known.length)) {
                if (!known[neighbour] && grow(pixel, neighbour)) {
                    frontier.add(neighbour);
                }
            }
        }
        fillSpecks();
    }

    /** Gives the specks that stayed unknown what lies between their neighbours: no subject hides there. */
    private void fillSpecks() {
        boolean[] unknown = new boolean[known.length];
        for (int pixel = 0; pixel < known.length; pixel++) {
            unknown[pixel] = !known[pixel];
        }
        boolean[] specks = Mask.specks(unknown, width);
        boolean more = true;
        while (more) {
            more = false;
            for (int pixel = 0; pixel < known.length; pixel++) {
                if (specks[pixel] && !known[pixel]) {
                    more |= fill(pixel);
                }
            }
        }
    }

    /** Across a pixel, in the direction in which its surroundings change least. */
    private boolean fill(int pixel) {
        int[] best = null;
        for (int one : Mask.beside(pixel, width, known.length)) {
            int other = known[one] ? opposite(one, pixel) : one;
            if (known[one] && (best == null || across(one, other) < across(best[0], best[1]))) {
                best = new int[] {one, other};
            }
        }
        if (best == null) {
            return false;
        }
        byte[] value = new byte[3];
        for (int channel = 0; channel < 3; channel++) {
            value[channel] =
                    (byte) (((picture[3 * best[0] + channel] & 0xff) + (picture[3 * best[1] + channel] & 0xff)) / 2);
        }
        settle(pixel, value);
        return true;
    }

    /** How far two pixels are apart; a pixel that stands alone is a last resort. */
    private int across(int one, int other) {
        return one == other ? 256 : Pixels.difference(picture, one, picture, other);
    }

    private boolean grow(int from, int to) {
        byte[] nearest = null;
        int least = ALIKE + 1;
        for (byte[] value : values(to, RESTS)) {
            int apart = apart(value, from, opposite(from, to));
            if (apart < least) {
                least = apart;
                nearest = value;
            }
        }
        if (nearest != null) {
            settle(to, nearest);
        }
        return nearest != null;
    }

    /** The pixel beyond {@code to}, seen from its neighbour {@code from}, if it is known; else {@code from} itself. */
    private int opposite(int from, int to) {
        int beyond = 2 * to - from;
        boolean sameRow = beyond / width == from / width;
        boolean sameColumn = Math.abs(to - from) == width;
        boolean inside = beyond >= 0 && beyond < known.length && (sameRow || sameColumn);
        return inside && known[beyond] ? beyond : from;
    }

    /** How far a value lies outside of what lies between two known pixels, such as the sky and the sea at the horizon. */
    private int apart(byte[] value, int one, int other) {
        int largest = 0;
        for (int channel = 0; channel < 3; channel++) {
            int level = value[channel] & 0xff;
            int a = picture[3 * one + channel] & 0xff;
            int b = picture[3 * other + channel] & 0xff;
            largest = Math.max(largest, Math.max(Math.min(a, b) - level, level - Math.max(a, b)));
        }
        return largest;
    }

    private void settle(int pixel, byte[] value) {
        System.arraycopy(value, 0, picture, 3 * pixel, 3);
        known[pixel] = true;
    }

    /** The values at which a pixel rests for at least {@code share} of the frames, the longest first. */
    private byte[][] values(int pixel, double share) {
        int fewest = Math.max(1, (int) Math.ceil(share * frames.size()));
        boolean[] taken = new boolean[frames.size()];
        byte[][] found = new byte[0][];
        while (true) {
            int centre = -1;
            int most = fewest - 1;
            for (int frame = 0; frame < taken.length; frame++) {
                int count = taken[frame] ? 0 : near(pixel, frame, taken, STEADY).length;
                if (count > most) {
                    most = count;
                    centre = frame;
                }
            }
            if (centre < 0) {
                return found;
            }
            found = Arrays.copyOf(found, found.length + 1);
            found[found.length - 1] = median(pixel, near(pixel, centre, taken, STEADY));
            // What is hardly further away is the same value on its way from or to another.
            for (int frame : near(pixel, centre, taken, STEADY * 3 / 2)) {
                taken[frame] = true;
            }
        }
    }

    private int[] near(int pixel, int centre, boolean[] taken, int reach) {
        int[] near = new int[taken.length];
        int count = 0;
        for (int frame = 0; frame < taken.length; frame++) {
            if (!taken[frame] && Pixels.difference(frames.get(frame), pixel, frames.get(centre), pixel) <= reach) {
                near[count++] = frame;
            }
        }
        return Arrays.copyOf(near, count);
    }

    private byte[] median(int pixel, int[] chosen) {
        byte[] median = new byte[3];
        int[] levels = new int[chosen.length];
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < chosen.length; i++) {
                levels[i] = frames.get(chosen[i])[3 * pixel + channel] & 0xff;
            }
            Arrays.sort(levels);
            median[channel] = (byte) ((levels[(levels.length - 1) / 2] + levels[levels.length / 2]) / 2);
        }
        return median;
    }
}
