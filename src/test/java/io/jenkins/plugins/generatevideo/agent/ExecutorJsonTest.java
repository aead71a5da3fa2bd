package io.jenkins.plugins.generatevideo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.Progress;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutorJsonTest {
    @Test
    void readsALineOfProgress() {
        assertThat(ExecutorJson.progress("{\"stage\":\"denoise\",\"step\":3,\"steps\":50,\"secondsLeft\":12.5}"))
                .isEqualTo(new Progress(Progress.Stage.DENOISE, 3, 50, 12.5));
        assertThat(ExecutorJson.progress("{\"stage\":\"encode-text\",\"step\":0,\"steps\":1}"))
                .isEqualTo(new Progress(Progress.Stage.ENCODE_TEXT, 0, 1, null));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[1]",
                "{}",
                "{\"stage\":\"dance\",\"step\":1,\"steps\":2}",
                "{\"stage\":\"denoise\",\"step\":3,\"steps\":2}",
                "{\"stage\":\"denoise\",\"step\":\"1\",\"steps\":2}",
                "{\"stage\":\"denoise\",\"step\":1,\"steps\":2,\"secondsLeft\":\"soon\"}"
            })
    void passesOverALineThatIsNone(String line) {
        assertThat(ExecutorJson.progress(line)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[x]", "{\"a\":1}", "null", "\"quoted\""})
    void takesTextForText(String prompt) throws IOException {
        String json = "{\"prompt\":\"" + prompt.replace("\"", "\\\"") + "\"}";
        assertThat(ExecutorJson.parse(json, "it").text("prompt")).isEqualTo(prompt);
    }

    @Test
    void refusesWhatIsOfAnotherKind() throws IOException {
        ExecutorJson json =
                ExecutorJson.parse("{\"text\":1,\"number\":\"1\",\"whole\":1.5,\"object\":[]}", "clip.json");
        assertThatThrownBy(() -> json.text("text"))
                .isInstanceOf(IOException.class)
                .hasMessage("clip.json has no text text");
        assertThatThrownBy(() -> json.number("number")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> json.wholeNumber("whole")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> json.object("object")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> json.text("missing")).isInstanceOf(IOException.class);
    }

    @Test
    void refusesATextWithoutMeasure() throws IOException {
        ExecutorJson json = ExecutorJson.parse("{\"text\":\"" + "x".repeat(20_001) + "\"}", "clip.json");
        assertThatThrownBy(() -> json.text("text")).isInstanceOf(IOException.class);
    }
}
