package io.jenkins.plugins.generatevideo.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DegradationTest {
    private final Degradation rule = new Degradation(3, "fast", "preview");

    @ParameterizedTest
    @CsvSource({"fast, 4, true", "fast, 3, false", "fast, 0, false", "standard, 100, false", "preview, 100, false"})
    void changesOneModeWhileMoreBuildsWaitThanAreAllowed(String mode, int waiting, boolean changes) {
        assertThat(rule.of(mode, waiting, "gpu-1").isPresent()).isEqualTo(changes);
    }

    @Test
    void leavesAClipWhoseModeItsQualityChooses() {
        assertThat(rule.of(null, 100, "gpu-1")).isEmpty();
    }

    @Test
    void saysWhy() {
        assertThat(rule.of("fast", 7, "gpu-1")).hasValueSatisfying(degraded -> {
            assertThat(degraded.from()).isEqualTo("fast");
            assertThat(degraded.why()).contains("7", "gpu-1", "more than 3", "fast", "preview", "final");
        });
    }

    @ParameterizedTest
    @CsvSource({"-1, fast, preview", "1, quick, preview", "1, fast, quick", "1, fast, fast"})
    void refusesWhatIsNoRule(int waiting, String from, String to) {
        assertThatThrownBy(() -> new Degradation(waiting, from, to)).isInstanceOf(IllegalArgumentException.class);
    }
}
