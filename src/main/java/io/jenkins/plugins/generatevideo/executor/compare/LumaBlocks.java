package io.jenkins.plugins.generatevideo.executor.compare;

/**
 * A frame's luma as the means of square blocks: small enough to keep several, and free of the noise of encoding, so that
 * changes from frame to frame can be told from it.
 */
final class LumaBlocks {
    /** About so many blocks on the shorter side. */
    private static final int SHORTER_SIDE = 64;
    /** In blocks from this side on every second pixel of every second row is mean enough, in a quarter of the time. */
    private static final int LARGE = 4;

    private LumaBlocks() {}

    /**
     * @param luma {@code [height, width]}, unsigned bytes
     * @return the means, row after row, in levels of 255
     */
    static float[] of(byte[] luma, int width, int height) {
        int side = Math.max(1, Math.min(width, height) / SHORTER_SIDE);
        int columns = width / side;
        int rows = height / side;
        int step = side >= LARGE ? 2 : 1;
        float[] blocks = new float[columns * rows];
        for (int row = 0; row < rows; row++) {
            for (int y = row * side; y < (row + 1) * side; y += step) {
                for (int column = 0; column < columns; column++) {
                    int end = y * width + (column + 1) * side;
                    int sum = 0;
                    for (int at = end - side; at < end; at += step) {
                        sum += luma[at] & 0xff;
                    }
                    blocks[row * columns + column] += sum;
                }
            }
        }
        int perSide = (side + step - 1) / step;
        float area = perSide * perSide;
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] /= area;
        }
        return blocks;
    }

    /** The mean absolute difference, in levels of 255. */
    static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }
}
