package io.jenkins.plugins.generatevideo.executor.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** A scene with a sky, a ground and a ball of a strong colour before it. */
class StaticBackgroundTest {
    private static final int WIDTH = 32;
    private static final int HEIGHT = 16;
    private static final int FRAMES = 20;
    private static final int RADIUS = 5;

    @Test
    void findsTheSceneBehindABallThatHidesEachPlaceForHalfOfTheTime() {
        StaticBackground found = StaticBackground.of(clip(frame -> frame + 6, frame -> 0), WIDTH);

        assertThat(found.known()).doesNotContain(false);
        assertThat(found.picture()).isEqualTo(scene());
    }

    @Test
    void leavesOpenWhatNeverShowsItsBackground() {
        // The ball stays and changes its colour all the time.
        StaticBackground found = StaticBackground.of(clip(frame -> 16, frame -> 12 * frame), WIDTH);

        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            assertThat(found.known()[pixel]).as("pixel " + pixel).isEqualTo(!isBall(pixel, 16));
        }
    }

    @Test
    void takesWhatNeverMovesForThePartOfTheSceneThatItIs() {
        StaticBackground found = StaticBackground.of(clip(frame -> 16, frame -> 0), WIDTH);

        assertThat(found.known()).doesNotContain(false);
        assertThat(found.picture()).isEqualTo(frame(16, 0));
    }

    @Test
    void fillsASpeckAlongTheSceneAroundIt() {
        List<byte[]> frames = clip(frame -> -100, frame -> 0);
        int flickering = HEIGHT / 2 * WIDTH + 9;
        for (int frame = 0; frame < FRAMES; frame++) {
            frames.get(frame)[3 * flickering + 2] = (byte) (12 * frame);
        }

        StaticBackground found = StaticBackground.of(frames, WIDTH);

        assertThat(found.known()).doesNotContain(false);
        assertThat(found.picture()).as("the ground, on which it lies").isEqualTo(scene());
    }

    private static List<byte[]> clip(IntUnaryOperator middle, IntUnaryOperator shade) {
        List<byte[]> frames = new ArrayList<>();
        for (int frame = 0; frame < FRAMES; frame++) {
            frames.add(frame(middle.applyAsInt(frame), shade.applyAsInt(frame)));
        }
        return frames;
    }

    private static byte[] scene() {
        return frame(-100, 0);
    }

    private static byte[] frame(int middle, int shade) {
        byte[] rgb = new byte[WIDTH * HEIGHT * 3];
        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            boolean sky = pixel / WIDTH < HEIGHT / 2;
            int[] colour = isBall(pixel, middle)
                    ? new int[] {250, shade, 0}
                    : sky ? new int[] {150, 190, 240} : new int[] {60, 140, 50};
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * pixel + channel] = (byte) colour[channel];
            }
        }
        return rgb;
    }

    private static boolean isBall(int pixel, int middle) {
        int x = pixel % WIDTH - middle;
        int y = pixel / WIDTH - HEIGHT / 2;
        return x * x + y * y < RADIUS * RADIUS;
    }
}
