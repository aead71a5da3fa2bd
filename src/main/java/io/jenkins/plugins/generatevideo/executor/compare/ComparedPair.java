package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.executor.video.Picture;

/**
 * One pair of frames as it was measured, for those who draw it; the arrays are used again for the next pair.
 *
 * @param index the number of the pair, from 0
 * @param seconds when it is shown
 * @param baseline the baseline's frame
 * @param candidate the candidate's frame
 * @param difference the visible difference of every pixel, 0 to 1, {@code [differenceHeight, differenceWidth]}
 * @param differenceWidth in pixels; the map may be smaller than the frames
 * @param differenceHeight in pixels
 * @param score the mean of the map
 */
record ComparedPair(
        long index,
        double seconds,
        Picture baseline,
        Picture candidate,
        float[] difference,
        int differenceWidth,
        int differenceHeight,
        double score) {}
