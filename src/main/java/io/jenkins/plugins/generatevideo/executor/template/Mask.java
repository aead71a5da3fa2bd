package io.jenkins.plugins.generatevideo.executor.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Small morphology on masks {@code [height, width]}. */
final class Mask {
    private static final int MAJORITY = 5;
    private static final int SPECK = 1000;

    private Mask() {}

    /** Every pixel that is set or has a set one among its eight neighbours. */
    static boolean[] grown(boolean[] mask, int width) {
        return neighbours(mask, width, 1);
    }

    /** Without specks: a pixel is what most of the nine around it are. Beyond the edge nothing is set. */
    static boolean[] smoothed(boolean[] mask, int width) {
        return neighbours(mask, width, MAJORITY);
    }

    private static boolean[] neighbours(boolean[] mask, int width, int atLeast) {
        boolean[] result = new boolean[mask.length];
        for (int i = 0; i < mask.length; i++) {
            result[i] = count(mask, width, i) >= atLeast;
        }
        return result;
    }

    /** The set pixels that hang together with few others: parts of at most a thousandth of the picture. */
    static boolean[] specks(boolean[] mask, int width) {
        int most = Math.max(1, mask.length / SPECK);
        boolean[] specks = new boolean[mask.length];
        boolean[] seen = new boolean[mask.length];
        for (int first = 0; first < mask.length; first++) {
            if (mask[first] && !seen[first]) {
                List<Integer> part = part(mask, width, first, seen);
                if (part.size() <= most) {
                    part.forEach(pixel -> specks[pixel] = true);
                }
            }
        }
        return specks;
    }

    private static List<Integer> part(boolean[] mask, int width, int first, boolean[] seen) {
        List<Integer> part = new ArrayList<>(List.of(first));
        seen[first] = true;
        for (int i = 0; i < part.size(); i++) {
            for (int next : beside(part.get(i), width, mask.length)) {
                if (mask[next] && !seen[next]) {
                    seen[next] = true;
                    part.add(next);
                }
            }
        }
        return part;
    }

    /** The pixels above, below, left and right of one, as far as they are in a picture of {@code pixels}. */
    static int[] beside(int pixel, int width, int pixels) {
        int x = pixel % width;
        int[] all = {pixel - width, pixel + width, x > 0 ? pixel - 1 : -1, x < width - 1 ? pixel + 1 : -1};
        return Arrays.stream(all).filter(next -> next >= 0 && next < pixels).toArray();
    }

    /** How many of a pixel and its eight neighbours are set, 0 to 9. */
    static int count(boolean[] mask, int width, int pixel) {
        int height = mask.length / width;
        int x = pixel % width;
        int y = pixel / width;
        int count = 0;
        for (int row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
            for (int column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
                count += mask[row * width + column] ? 1 : 0;
            }
        }
        return count;
    }
}
