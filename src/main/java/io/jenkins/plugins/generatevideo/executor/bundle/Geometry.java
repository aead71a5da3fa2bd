package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * How videos and latents of a model relate, and which it makes.
 *
 * @param latentChannels channels of the latent
 * @param temporalFactor video frames for each latent frame
 * @param spatialFactor pixels for each latent row and column
 * @param firstFrameAlone whether the first latent frame stands for one video frame, as in causal video autoencoders
 * @param patch latent frames, rows and columns that the transformer takes as one token
 * @param sizes the sizes it makes, the default first
 * @param frames the numbers of frames it makes
 * @param frameRates frames a second it was trained for, the default first
 */
public record Geometry(
        @JsonProperty(required = true) int latentChannels,
        @JsonProperty(required = true) int temporalFactor,
        @JsonProperty(required = true) int spatialFactor,
        @JsonProperty(required = true) boolean firstFrameAlone,
        List<Integer> patch,
        List<Size> sizes,
        FrameRange frames,
        List<Integer> frameRates) {
    public Geometry {
        Check.range(latentChannels, 1, 1024, "latentChannels");
        Check.range(temporalFactor, 1, 64, "temporalFactor");
        Check.range(spatialFactor, 1, 64, "spatialFactor");
        patch = Check.some(patch, "patch");
        Check.that(patch.size() == 3, "\"patch\" must hold three numbers: frames, rows, columns");
        patch.forEach(extent -> Check.range(extent, 1, 64, "patch"));
        sizes = Check.some(sizes, "sizes");
        for (Size size : sizes) {
            Check.that(
                    size.width() % (spatialFactor * patch.get(2)) == 0
                            && size.height() % (spatialFactor * patch.get(1)) == 0,
                    "the size " + size + " is no multiple of spatialFactor times patch");
        }
        Check.present(frames, "frames");
        int alone = firstFrameAlone ? 1 : 0;
        Check.that(
                (frames.minimum() - alone) % temporalFactor == 0 && frames.step() % temporalFactor == 0,
                "\"frames\" allows counts that are no whole number of latent frames (temporalFactor " + temporalFactor
                        + (firstFrameAlone ? ", first frame alone)" : ")"));
        frameRates = Check.some(frameRates, "frameRates");
        frameRates.forEach(rate -> Check.range(rate, 1, 240, "frameRates"));
    }

    /** The latent's frames for a video of {@code frames} frames. */
    public int latentFrames(int videoFrames) {
        return firstFrameAlone ? (videoFrames - 1) / temporalFactor + 1 : videoFrames / temporalFactor;
    }

    /** The latent's shape {@code [1, channels, frames, height, width]} for a video. */
    public long[] latentShape(Size size, int videoFrames) {
        return new long[] {
            1, latentChannels, latentFrames(videoFrames), size.height() / spatialFactor, size.width() / spatialFactor
        };
    }
}
