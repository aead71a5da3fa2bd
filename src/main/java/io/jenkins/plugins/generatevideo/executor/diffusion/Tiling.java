package io.jenkins.plugins.generatevideo.executor.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * How a latent is cut for decoding, in latent rows and columns.
 *
 * @param extent a tile's height and width, above {@code overlap}
 * @param overlap what neighbouring tiles share, at least 1
 */
public record Tiling(int extent, int overlap) {
    public Tiling {
        if (overlap < 1 || extent <= overlap) {
            throw new IllegalArgumentException("tiles of " + extent + " cannot overlap by " + overlap);
        }
    }

    /** Where the tiles begin along an axis; the last one is moved back so that every tile has its full extent. */
    List<Integer> starts(int length) {
        List<Integer> starts = new ArrayList<>();
        int start = 0;
        while (start + extent < length) {
            starts.add(start);
            start += extent - overlap;
        }
        starts.add(Math.max(0, length - extent));
        return starts;
    }
}
