package io.jenkins.plugins.generatevideo.executor.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ForegroundMatteTest {
    private static final int SIDE = 16;
    private static final int GREY = 100;

    @Test
    void putsTheScenesOwnPixelsWhereTheClipOnlyStraysALittle() {
        byte[] frame = filled(GREY + 20);

        assertThat(matte(allKnown()).paste(frame)).isEqualTo(filled(GREY));
    }

    @Test
    void leavesWhatStandsBeforeTheScene() {
        byte[] frame = filled(GREY + 9);
        set(frame, 7, 8, 250);
        set(frame, 8, 8, 250);
        // Weaker, but it touches what is strong: the edge of the same thing.
        set(frame, 9, 8, GREY + 60);
        set(frame, 2, 2, GREY + 60);

        byte[] pasted = matte(allKnown()).paste(frame);

        assertThat(level(pasted, 8, 8)).isEqualTo(250);
        assertThat(level(pasted, 9, 8)).isEqualTo(GREY + 60);
        assertThat(level(pasted, 2, 2)).as("a weak difference alone").isEqualTo(GREY);
        assertThat(level(pasted, 8, 12)).as("far from it").isEqualTo(GREY);
    }

    @Test
    void takesASpeckForNothing() {
        byte[] frame = filled(GREY);
        set(frame, 8, 8, 250);

        assertThat(matte(allKnown()).paste(frame)).isEqualTo(filled(GREY));
    }

    @Test
    void leavesWhatTheSceneDoesNotKnow() {
        boolean[] known = allKnown();
        known[5 * SIDE + 5] = false;

        byte[] pasted = matte(known).paste(filled(GREY + 20));

        assertThat(level(pasted, 5, 5)).isEqualTo(GREY + 20);
        assertThat(level(pasted, 6, 5)).isEqualTo(GREY);
    }

    private static ForegroundMatte matte(boolean[] known) {
        SceneTemplate.Origin origin =
                new SceneTemplate.Origin("shapes", "1", "", "a meadow", "", 1, "standard", 100, SIDE, SIDE, 1);
        FloatTensor latent = new FloatTensor(new long[] {1, 1, 1, 2, 2}, new float[4]);
        return new ForegroundMatte(new SceneTemplate(origin, "", latent, new boolean[4], filled(GREY), known));
    }

    private static boolean[] allKnown() {
        boolean[] known = new boolean[SIDE * SIDE];
        Arrays.fill(known, true);
        return known;
    }

    private static byte[] filled(int level) {
        byte[] frame = new byte[SIDE * SIDE * 3];
        Arrays.fill(frame, (byte) level);
        return frame;
    }

    private static void set(byte[] frame, int x, int y, int level) {
        Arrays.fill(frame, 3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3, (byte) level);
    }

    private static int level(byte[] frame, int x, int y) {
        return frame[3 * (y * SIDE + x)] & 0xff;
    }
}
