package io.jenkins.plugins.generatevideo.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateVideoFieldsTest {
    @Test
    void acceptsAWholeRequest() {
        assertThat(GenerateVideoFields.firstProblem("a red ball", "42", "96x64", 2.0, 12))
                .isNull();
        assertThat(GenerateVideoFields.firstProblem("a red ball", null, null, null, null))
                .isNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " \t\n", "\u3000"})
    void refusesAnEmptyPrompt(String prompt) {
        assertThat(GenerateVideoFields.promptProblem(prompt))
                .isEqualTo("The prompt is empty: say what the clip shall show.");
    }

    @Test
    void saysHowLongAPromptIsAndMayBe() {
        assertThat(GenerateVideoFields.promptProblem("x".repeat(GenerateVideoFields.LONGEST_PROMPT)))
                .isNull();
        assertThat(GenerateVideoFields.promptProblem("x".repeat(GenerateVideoFields.LONGEST_PROMPT + 1)))
                .contains("10,001")
                .contains("10,000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "42", "9223372036854775807", "${SEED}", "$BUILD_NUMBER"})
    void acceptsSeedsAndVariables(String seed) {
        assertThat(GenerateVideoFields.seedProblem(seed)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9223372036854775808", "1.5", "one", "0x10"})
    void refusesOtherSeeds(String seed) {
        assertThat(GenerateVideoFields.seedProblem(seed)).contains("\"" + seed + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"96", "96x", "0x64", "96 x 64", "-96x64", "96X64", "999999x64"})
    void refusesWhatIsNoSize(String size) {
        assertThat(GenerateVideoFields.sizeProblem(size)).contains("\"" + size + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "NaN", "Infinity", "two"})
    void refusesWhatIsNoPositiveNumber(String value) {
        assertThat(GenerateVideoFields.positiveNumberProblem(value)).contains("\"" + value + "\"");
    }
}
