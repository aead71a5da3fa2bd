package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.bundle.LatentStatistics;
import java.util.List;
import java.util.Map;

/** Turns a clean latent into pictures: whole, or in overlapping tiles whose edges are blended. */
final class VideoDecoder {
    private VideoDecoder() {}

    /** The decoder's input for a latent that the experts made: {@code latent * deviation + mean} for each channel. */
    static FloatTensor denormalise(FloatTensor latent, LatentStatistics statistics) {
        int channels = (int) latent.shape()[1];
        int size = latent.data().length / channels;
        float[] data = new float[latent.data().length];
        for (int channel = 0; channel < channels; channel++) {
            float mean = statistics.mean()[channel];
            float deviation = statistics.deviation()[channel];
            for (int i = channel * size; i < (channel + 1) * size; i++) {
                data[i] = latent.data()[i] * deviation + mean;
            }
        }
        return new FloatTensor(latent.shape(), data);
    }

    /**
     * Decodes at once.
     *
     * @param latent {@code [1, channels, frames, height, width]}, de-normalised
     * @return {@code [1, 3, frames, height, width]} in about [-1, 1]
     */
    static FloatTensor decode(Network decoder, FloatTensor latent) throws ExecutorException {
        return decoder.run(Map.of("latent", latent)).get("images");
    }

    /**
     * Decodes tile by tile, so that the decoder's memory is that of one tile.
     *
     * @param tiling the tiles' extent and overlap in latent rows and columns
     */
    static FloatTensor decode(Network decoder, FloatTensor latent, Tiling tiling, Observer observer)
            throws ExecutorException {
        int height = (int) latent.shape()[3];
        int width = (int) latent.shape()[4];
        List<Integer> tops = tiling.starts(height);
        List<Integer> lefts = tiling.starts(width);
        int tiles = tops.size() * lefts.size();
        int done = 0;
        observer.progressed(Stage.DECODE, done, tiles);
        BlendedTiles blended = null;
        for (int top : tops) {
            for (int left : lefts) {
                int rows = Math.min(tiling.extent(), height - top);
                int columns = Math.min(tiling.extent(), width - left);
                FloatTensor tile = decode(decoder, cut(latent, top, left, rows, columns));
                if (blended == null) {
                    blended = new BlendedTiles(tile, latent.shape(), rows, tiling.overlap());
                }
                blended.add(tile, top, left, height, width);
                observer.progressed(Stage.DECODE, ++done, tiles);
            }
        }
        return blended.result();
    }

    private static FloatTensor cut(FloatTensor latent, int top, int left, int rows, int columns) {
        long[] shape = latent.shape();
        int height = (int) shape[3];
        int width = (int) shape[4];
        int planes = latent.data().length / (height * width);
        float[] data = new float[planes * rows * columns];
        for (int plane = 0; plane < planes; plane++) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(
                        latent.data(),
                        (plane * height + top + row) * width + left,
                        data,
                        (plane * rows + row) * columns,
                        columns);
            }
        }
        return new FloatTensor(new long[] {shape[0], shape[1], shape[2], rows, columns}, data);
    }

    /**
     * One frame's bytes.
     *
     * @param images {@code [1, 3, frames, height, width]} in about [-1, 1]
     * @return rows from the top, red, green and blue of each pixel
     */
    static byte[] rgb24(FloatTensor images, int frame) {
        int frames = (int) images.shape()[2];
        int pixels = (int) (images.shape()[3] * images.shape()[4]);
        byte[] rgb = new byte[pixels * 3];
        for (int channel = 0; channel < 3; channel++) {
            int from = (channel * frames + frame) * pixels;
            for (int pixel = 0; pixel < pixels; pixel++) {
                float level = (images.data()[from + pixel] + 1) * 127.5f;
                rgb[pixel * 3 + channel] = (byte) Math.max(0, Math.min(255, Math.round(level)));
            }
        }
        return rgb;
    }
}
