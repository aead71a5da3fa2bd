package io.jenkins.plugins.generatevideo.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipRequestTest {
    @Test
    void leavesEverythingButThePromptToTheBundle() {
        ClipRequest request = ClipRequest.of("一个红色的球 🎈 — \"fast\" $(rm) <b> 100%");

        assertThat(request.prompt()).isEqualTo("一个红色的球 🎈 — \"fast\" $(rm) <b> 100%");
        assertThat(request.mode()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n\t", "\u3000"})
    void refusesAPromptWithNothingInIt(String prompt) {
        assertThatThrownBy(() -> ClipRequest.of(prompt))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The prompt is empty: say in a sentence what the clip shows");
    }

    @Test
    void refusesAPromptThatIsTooLong() {
        assertThat(ClipRequest.of("🎈".repeat(10_000)).prompt()).hasSize(20_000);
        assertThatThrownBy(() -> ClipRequest.of("a".repeat(100_000)))
                .hasMessage("The prompt has 100000 characters, but at most 10000 are read: shorten it.");
    }

    @Test
    void namesAControlCharacterAndItsPosition() {
        assertThatThrownBy(() -> ClipRequest.of("🎈a\0b"))
                .hasMessage("The prompt has the control character U+0000 at position 3: remove it.");
        assertThatThrownBy(() -> with("ok", "\u001b[31mred", null, null, null, null, null, null, null))
                .hasMessage("The negative prompt has the control character U+001B at position 1: remove it.");
    }

    @Test
    void refusesHalfACharacter() {
        assertThatThrownBy(() -> ClipRequest.of("a\ud83c"))
                .hasMessage("The prompt has half of a character, U+D83C at position 2: send it as UTF-8.");
    }

    @Test
    void saysWhichValuesArePossible() {
        assertThatThrownBy(() -> with("a", null, "best", null, null, null, null, null, null))
                .hasMessage("There is no mode \"best\": choose one of standard, fast, cached, preview.");
        assertThatThrownBy(() -> with("a", null, null, 101, null, null, null, null, null))
                .hasMessage("The quality is 101, but it goes from 0 (quickest) to 100 (best).");
        assertThatThrownBy(() -> with("a", null, null, null, -1L, null, null, null, null))
                .hasMessage("The seed is -1, but it must be 0 or more; leave it out for a random one.");
        assertThatThrownBy(() -> with("a", null, null, null, null, "96", null, null, null))
                .hasMessage("The size \"96\" is none: write it as WIDTHxHEIGHT in pixels, for example 96x64.");
        assertThatThrownBy(() -> with("a", null, null, null, null, null, Double.NaN, null, null))
                .hasMessage("The duration is NaN seconds, but it must be above 0.");
        assertThatThrownBy(() -> with("a", null, null, null, null, null, null, 0, null))
                .hasMessage("The frame rate is 0 frames a second, but it must be above 0.");
        assertThatThrownBy(() -> with("a", null, null, null, null, null, null, null, "cuda"))
                .hasMessage("There is no backend \"cuda\": choose one of auto, tensorrt, onnxruntime.");
    }

    private static ClipRequest with(
            String prompt,
            String negativePrompt,
            String mode,
            Integer quality,
            Long seed,
            String size,
            Double duration,
            Integer fps,
            String backend) {
        return new ClipRequest(prompt, negativePrompt, mode, quality, seed, size, duration, fps, null, backend);
    }
}
