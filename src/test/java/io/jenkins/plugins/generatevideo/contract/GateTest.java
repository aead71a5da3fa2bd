package io.jenkins.plugins.generatevideo.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    @Test
    void readsBoundAndLevel() {
        assertThat(Gate.parse("ssim.mean >= 0.97")).isEqualTo(Gate.atLeast("ssim.mean", 0.97, Level.FAILED));
        assertThat(Gate.parse("flip.worst<=0.1:unstable")).isEqualTo(Gate.atMost("flip.worst", 0.1, Level.UNSTABLE));
        assertThat(Gate.parse("psnr.mean>=history-2")).isEqualTo(new Gate("psnr.mean", true, -2, true, Level.FAILED));
        assertThat(Gate.parse("psnr.mean>=history")).isEqualTo(new Gate("psnr.mean", true, 0, true, Level.FAILED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ssim.mean", "ssim.mean>=", "ssim.mean=0.97", "ssim.mean>=0.97:maybe", "ssim.mean>=history2"
            })
    void refusesWhatIsNoGate(String text) {
        assertThatThrownBy(() -> Gate.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void namesTheFiguresThereAreWhenOneIsUnknown() {
        assertThatThrownBy(() -> Gate.parse("vmaf.mean>=90"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"vmaf.mean\"")
                .hasMessageContaining("ssim.mean");
    }
}
