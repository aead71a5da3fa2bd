package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.backend.Machine;
import java.util.Optional;

/**
 * Decides whether a clip is decoded whole or in tiles.
 *
 * @param bytes what the decoder may use
 */
public record DecodingMemory(long bytes) {
    // A full-resolution layer of the Wan autoencoder has 96 channels of 4 bytes, and about four layers live at once.
    private static final long BYTES_PER_PIXEL = 96 * 4 * 4;
    // In the autoencoders of the field the decoder sees about this far, in latent rows, with any strength.
    static final int OVERLAP = 8;
    static final int SMALLEST_TILE = 2 * OVERLAP + 2;

    public DecodingMemory {
        if (bytes <= 0) {
            throw new IllegalArgumentException("the decoder needs memory, not " + bytes + " bytes");
        }
    }

    /** What the decoder may plan with on ONNX Runtime, which was measured to take up to 2.2 times the plan: a third of what is free. */
    public static DecodingMemory available() {
        return new DecodingMemory(Math.max(1, Machine.availableMemory() / 3));
    }

    /** The tiles for a clip, or nothing where it fits whole. */
    Optional<Tiling> tiling(int width, int height, int frames, int spatialFactor) {
        long perLatentCell = BYTES_PER_PIXEL * frames * spatialFactor * spatialFactor;
        int rows = height / spatialFactor;
        int columns = width / spatialFactor;
        if (perLatentCell * rows * columns <= bytes) {
            return Optional.empty();
        }
        int extent = (int) Math.max(SMALLEST_TILE, Math.floor(Math.sqrt((double) bytes / perLatentCell)));
        return extent >= rows && extent >= columns ? Optional.empty() : Optional.of(new Tiling(extent, OVERLAP));
    }
}
