package io.jenkins.plugins.generatevideo.executor.compare;

/**
 * A frame's luma as the means of square blocks: small enough to keep several, and free of the noise of encoding, so that
 * changes from frame to frame can be told from it.
 */
final class LumaBlocks {
    /** About so many blocks on the shorter side. */
    private static final int SHORTER_SIDE = 64;

    private LumaBlocks() {}

    /**
     * @param luma {@code [height, width]}, unsigned bytes
     * @return the means, row after row, in levels of 255
     */
    static float[] of(byte[] luma, int width, int height) {
        int side = Math.max(1, Math.min(width, height) / SHORTER_SIDE);
        int columns = width / side;
        int rows = height / side;
        float[] blocks = new float[columns * rows];
        for (int row = 0; row < rows; row++) {
            for (int y = row * side; y < (row + 1) * side; y++) {
                int at = y * width;
                for (int column = 0; column < columns; column++) {
                    int sum = 0;
                    for (int x = 0; x < side; x++) {
                        sum += luma[at++] & 0xff;
                    }
                    blocks[row * columns + column] += sum;
                }
            }
        }
        float area = side * side;
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
