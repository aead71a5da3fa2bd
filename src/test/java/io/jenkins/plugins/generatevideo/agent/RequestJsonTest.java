package io.jenkins.plugins.generatevideo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.Degraded;
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
                "line\nbreak\r\ttab \u2028 \u202e",
                "🎈 and more"
            })
    void textArrivesAsItWasWritten(String text) throws Exception {
        String json = RequestJson.of(ClipRequest.of(text));
        JsonNode read = new ObjectMapper().readTree(json.getBytes(StandardCharsets.UTF_8));
        assertThat(read.get("prompt").textValue()).isEqualTo(text);
    }

    @Test
    void arrivesAsTheSameRequest() throws Exception {
        ClipRequest request =
                new ClipRequest("a ball", "", "fast", 50, Long.MAX_VALUE, "96x64", 1.5, 12, "shapes", "onnxruntime");
        assertThat(new ObjectMapper().readValue(RequestJson.of(request), ClipRequest.class))
                .isEqualTo(request);
    }

    @Test
    void arrivesInTheModeAndTheSceneThatAreSaidLast() throws Exception {
        Degraded degraded = new Degraded("fast", "7 builds wait for \"gpu\".");
        String base = RequestJson.of(ClipRequest.of("a ball"));

        String json =
                RequestJson.with(RequestJson.in(base, "preview", degraded), "template", "/work space/meadow.template");

        assertThat(new ObjectMapper().readValue(json, ClipRequest.class))
                .isEqualTo(ClipRequest.of("a ball").in("preview", degraded).on("/work space/meadow.template"));
        assertThat(RequestJson.in(base, null, null)).isEqualTo(base);
    }

    @Test
    void fieldsWithoutAValueAreLeftOut() throws Exception {
        JsonNode read = new ObjectMapper().readTree(RequestJson.of(ClipRequest.of("a ball")));
        assertThat(read.fieldNames()).toIterable().containsExactly("prompt");
    }
}
