package io.jenkins.plugins.generatevideo.executor.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameRateTest {
    @ParameterizedTest
    @CsvSource({
        "24, 24", "12.5, 25/2", "24000/1001, 24000/1001", "23.976, 24000/1001", "23.98, 24000/1001",
        "29.97, 30000/1001", "59.94, 60000/1001", "50/2, 25", "25.0, 25", "0.5, 1/2"
    })
    void readsWholeBroadcastAndFractionalRates(String text, String expected) throws ExecutorException {
        assertThat(FrameRate.parse(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-24", "fast", "24/0", "1e3", "5000", "24,5", "999999999/1"})
    void refusesWhatIsNoRate(String text) {
        assertThatThrownBy(() -> FrameRate.parse(text))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
