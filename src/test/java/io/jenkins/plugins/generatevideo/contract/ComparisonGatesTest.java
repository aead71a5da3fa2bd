package io.jenkins.plugins.generatevideo.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonGatesTest {
    private static ComparisonGates ssim(Double minSsim, String... gates) {
        return new ComparisonGates(null, minSsim, null, null, null, List.of(gates), false, false);
    }

    @Test
    void asksForNothingWhereNothingIsGiven() {
        assertThat(ssim(null).chosen()).isEmpty();
        assertThat(ssim(null).arguments()).isEmpty();
    }

    @Test
    void takesThresholdsAndGatesTogether() {
        assertThat(ssim(0.97, "flip.worst<=0.1:unstable").chosen())
                .containsExactly(
                        Gate.atLeast("ssim.mean", 0.97, Level.FAILED), Gate.atMost("flip.worst", 0.1, Level.UNSTABLE));
    }

    @Test
    void becomesOptionsOfTheCommandLine() {
        ComparisonGates gates =
                new ComparisonGates(30.0, 0.9, 0.8, 0.2, 2.0, List.of("psnr.mean>=history-2"), true, true);
        assertThat(gates.arguments())
                .containsExactly(
                        "--min-psnr=30.0",
                        "--min-ssim=0.9",
                        "--min-ms-ssim=0.8",
                        "--max-flip=0.2",
                        "--max-colour-shift=2.0",
                        "--gate=psnr.mean>=history-2",
                        "--default-gates",
                        "--unstable-only");
    }

    @Test
    void refusesABoundThatNoFigureCanHave() {
        assertThatThrownBy(() -> ssim(97.0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The least SSIM is 97.0, but it goes from 0 to 1, for example 0.97.");
        assertThatThrownBy(() -> ssim(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ssim(0.9, "ssim")).hasMessageContaining("cannot be read");
    }
}
