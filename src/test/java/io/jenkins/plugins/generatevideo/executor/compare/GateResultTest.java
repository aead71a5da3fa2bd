package io.jenkins.plugins.generatevideo.executor.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Level;
import org.junit.jupiter.api.Test;

class GateResultTest {
    @Test
    void aFigureOnItsBoundPasses() {
        Gate gate = Gate.atLeast("ssim.mean", 0.97, Level.FAILED);
        assertThat(GateResult.of(gate, 0.97, History.NONE).level()).isEqualTo(Level.PASSED);
        assertThat(GateResult.of(gate, 0.9699, History.NONE).level()).isEqualTo(Level.FAILED);
        assertThat(GateResult.of(gate.unstableOnly(), 0.9699, History.NONE).level())
                .isEqualTo(Level.UNSTABLE);
    }

    @Test
    void whatWasNotMeasuredPasses() {
        Gate gate = Gate.atLeast("ssim.mean", 0.97, Level.FAILED);
        GateResult result = GateResult.of(gate, Double.NaN, History.NONE);
        assertThat(result.passed()).isTrue();
        assertThat(result.sentence()).isEqualTo("ssim.mean was not measured");
    }
}
