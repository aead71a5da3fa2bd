package io.jenkins.plugins.generatevideo.executor.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    @Test
    void readsBoundAndLevel() throws ExecutorException {
        assertThat(Gate.parse("ssim.mean >= 0.97")).isEqualTo(Gate.atLeast("ssim.mean", 0.97, Level.FAILED));
        assertThat(Gate.parse("flip.worst<=0.1:unstable")).isEqualTo(Gate.atMost("flip.worst", 0.1, Level.UNSTABLE));
        assertThat(Gate.parse("psnr.mean>=history-2"))
                .isEqualTo(new Gate("psnr.mean", true, -2, true, Level.FAILED));
        assertThat(Gate.parse("psnr.mean>=history")).isEqualTo(new Gate("psnr.mean", true, 0, true, Level.FAILED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ssim.mean", "ssim.mean>=", "ssim.mean=0.97", "ssim.mean>=0.97:maybe", "ssim.mean>=history2"})
    void refusesWhatIsNoGate(String text) {
        assertThatThrownBy(() -> Gate.parse(text))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void namesTheFiguresThereAreWhenOneIsUnknown() {
        assertThatThrownBy(() -> Gate.parse("vmaf.mean>=90"))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("\"vmaf.mean\"")
                .hasMessageContaining("ssim.mean");
    }

    @Test
    void aFigureOnItsBoundPasses() {
        Gate gate = Gate.atLeast("ssim.mean", 0.97, Level.FAILED);
        assertThat(gate.judge(0.97, History.NONE).level()).isEqualTo(Level.PASSED);
        assertThat(gate.judge(0.9699, History.NONE).level()).isEqualTo(Level.FAILED);
        assertThat(gate.unstableOnly().judge(0.9699, History.NONE).level()).isEqualTo(Level.UNSTABLE);
    }

    @Test
    void whatWasNotMeasuredPasses() {
        Gate gate = Gate.atLeast("ssim.mean", 0.97, Level.FAILED);
        Gate.Result result = gate.judge(Double.NaN, History.NONE);
        assertThat(result.passed()).isTrue();
        assertThat(result.sentence()).isEqualTo("ssim.mean was not measured");
    }
}
