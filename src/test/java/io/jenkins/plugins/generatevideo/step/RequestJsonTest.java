package io.jenkins.plugins.generatevideo.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what the plugin writes with the library that the executor reads it with. */
class RequestJsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a red ball",
                "一个红色的球",
                "[x]",
                "{\"a\": 1}",
                "null",
                "quotes \" and ' and \\ and </script>",
                "line\nbreak\r\ttab \u0000 \u001f \u007f \u2028 \u202e",
                "🎈 and a lone \ud83c"
            })
    void textArrivesAsItWasWritten(String text) throws Exception {
        String json = new RequestJson().text("prompt", text).toString();
        JsonNode read = new ObjectMapper().readTree(json.getBytes(StandardCharsets.UTF_8));
        assertThat(read.get("prompt").textValue()).isEqualTo(text);
    }

    @Test
    void fieldsWithoutAValueAreLeftOut() throws Exception {
        String json = new RequestJson()
                .text("prompt", "a ball")
                .text("negativePrompt", null)
                .number("seed", Long.MAX_VALUE)
                .number("duration", 1.5)
                .number("fps", null)
                .toString();
        JsonNode read = new ObjectMapper().readTree(json);
        assertThat(read.fieldNames()).toIterable().containsExactly("prompt", "seed", "duration");
        assertThat(read.get("seed").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(read.get("duration").doubleValue()).isEqualTo(1.5);
    }
}
