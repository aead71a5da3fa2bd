package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;

/** A picture that is put together from overlapping tiles: each pixel is the mean of its tiles, weighted towards their middles. */
final class BlendedTiles {
    private final int scale;
    private final int ramp;
    private final int planes;
    private final int height;
    private final int width;
    private final int frames;
    private final float[] sum;
    private final float[] weight;

    /**
     * @param first any tile's pictures {@code [1, 3, frames, height, width]}, for the scale
     * @param latentShape of the whole
     * @param rows the latent rows of {@code first}
     * @param overlap in latent rows and columns
     */
    BlendedTiles(FloatTensor first, long[] latentShape, int rows, int overlap) {
        scale = (int) first.shape()[3] / rows;
        ramp = overlap * scale;
        frames = (int) first.shape()[2];
        planes = (int) first.shape()[1] * frames;
        height = (int) latentShape[3] * scale;
        width = (int) latentShape[4] * scale;
        sum = new float[Math.multiplyExact(planes, height * width)];
        weight = new float[height * width];
    }

    /** Adds the tile whose first latent row and column are these. */
    void add(FloatTensor tile, int top, int left, int latentHeight, int latentWidth) {
        int rows = (int) tile.shape()[3];
        int columns = (int) tile.shape()[4];
        float[] vertical = ramp(rows, top > 0, top * scale + rows < latentHeight * scale);
        float[] horizontal = ramp(columns, left > 0, left * scale + columns < latentWidth * scale);
        for (int row = 0; row < rows; row++) {
            int to = (top * scale + row) * width + left * scale;
            for (int column = 0; column < columns; column++) {
                float share = vertical[row] * horizontal[column];
                weight[to + column] += share;
                for (int plane = 0; plane < planes; plane++) {
                    sum[plane * height * width + to + column] +=
                            share * tile.data()[(plane * rows + row) * columns + column];
                }
            }
        }
    }

    /** Weights along an axis: they rise from the edge over the overlap, where a neighbour lies. */
    private float[] ramp(int length, boolean before, boolean after) {
        float[] weights = new float[length];
        for (int i = 0; i < length; i++) {
            float rise = before ? Math.min(1, (i + 1f) / (ramp + 1)) : 1;
            float fall = after ? Math.min(1, (float) (length - i) / (ramp + 1)) : 1;
            weights[i] = rise * fall;
        }
        return weights;
    }

    FloatTensor result() {
        float[] data = new float[sum.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = sum[i] / weight[i % (height * width)];
        }
        return new FloatTensor(new long[] {1, planes / frames, frames, height, width}, data);
    }
}
