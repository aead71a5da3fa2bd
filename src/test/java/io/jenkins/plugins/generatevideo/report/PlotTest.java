package io.jenkins.plugins.generatevideo.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {
    @Test
    void drawsTheGreatestValueOnTop() {
        Plot plot = new Plot("SSIM", new double[] {0, 0.5, 1}, true, List.of());
        assertThat(plot.getPoints()).isEqualTo("0.0,95.5 320.0,50.0 640.0,4.5");
        assertThat(plot.getRange()).isEqualTo("0 – 1");
    }

    @Test
    void makesRoomForBounds() {
        Plot plot = new Plot("SSIM", new double[] {0.5, 0.6}, true, List.of(1.0));
        assertThat(plot.getLimits()).containsExactly("4.5");
    }

    @Test
    void keepsTheWorstOfManyValues() {
        double[] values = new double[100_000];
        Arrays.fill(values, 50);
        values[70_001] = 12.5;
        Plot plot = new Plot("PSNR", values, true, List.of());
        assertThat(plot.getPoints().split(" ")).hasSize(640);
        assertThat(plot.getValues()).contains(" 12.5000 ");
        Plot lowerIsBetter = new Plot("FLIP", values, false, List.of());
        assertThat(lowerIsBetter.getValues()).doesNotContain("12.5");
    }

    @Test
    void equalFramesStandAtSixtyDecibels() {
        Plot plot = new Plot("PSNR", new double[] {Double.POSITIVE_INFINITY, 20}, true, List.of());
        assertThat(plot.getPoints()).isEqualTo("0.0,4.5 640.0,95.5");
        assertThat(plot.getValues()).isEqualTo("∞ 20");
    }

    @Test
    void oneValueIsALineInTheMiddle() {
        assertThat(new Plot("SSIM", new double[] {1}, true, List.of()).getPoints())
                .isEqualTo("0.0,50.0 640.0,50.0");
    }
}
