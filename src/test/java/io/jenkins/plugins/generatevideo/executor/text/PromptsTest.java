package io.jenkins.plugins.generatevideo.executor.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptsTest {
    /** The right column is what Python's html.unescape, twice, gives. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a &amp;lt;b&amp;gt; c | a <b> c",
                "&#x4e00;&#20010; | 一个",
                "&notit; &ampx &unknown; & &; | ¬it; &x &unknown; & &;",
                "&#128; &#0; &#x110000; &#7;x | € \ufffd \ufffd x",
                "caf&eacute | café",
                "&#99999999999999999999; | \ufffd",
                "&#000065; | A",
                "&NotEqualTilde; | ≂̸",
            })
    void replacesHtmlEntitiesTwice(String text, String clean) {
        assertThat(Prompts.clean(text)).isEqualTo(clean);
    }

    @Test
    void makesOneSpaceOfWhiteSpaceAndTrims() {
        assertThat(Prompts.clean("  a\u00a0\u3000\n b\t\r\nc\u2028")).isEqualTo("a b c");
        assertThat(Prompts.clean(" \n ")).isEmpty();
        assertThat(Prompts.clean("a&nbsp;&nbsp;b")).isEqualTo("a b");
    }

    @Test
    void composesCharacters() {
        assertThat(Prompts.clean("cafe\u0301")).isEqualTo("café");
    }

    @Test
    void keepsWhatAPromptIsMadeOf() throws ExecutorException {
        String prompt = "一个红色的球，从左向右滚过绿色的草地 🎈 — \"fast\" $(rm) <b> 100%";
        assertThat(Prompts.checked("prompt", prompt)).isEqualTo(prompt);
    }

    @Test
    void refusesAPromptWithNothingInIt() throws ExecutorException {
        for (String empty : new String[] {"", "   ", "\n\t", "&nbsp;", "&#7;"}) {
            assertRefused(empty, "The prompt is empty; say in a sentence what the video shows.");
        }
        assertThat(Prompts.checkedOrEmpty("negativePrompt", " ")).isEmpty();
    }

    @Test
    void refusesAPromptThatIsTooLong() throws ExecutorException {
        assertThat(Prompts.checked("prompt", "🎈".repeat(10_000))).hasSize(20_000);
        assertRefused("a".repeat(100_000), "The prompt has 100000 characters, but at most 10000 are allowed; shorten it.");
    }

    @Test
    void namesAControlCharacterAndItsPosition() {
        assertRefused("🎈a\0b", "The prompt holds the control character U+0000 at position 3; remove it.");
        assertRefused("\u001b[31mred", "The prompt holds the control character U+001B at position 1; remove it.");
        assertRefused("a\u0085", "The prompt holds the control character U+0085 at position 2; remove it.");
    }

    @Test
    void refusesHalfACharacter() {
        assertRefused("a\ud83c", "The prompt holds U+D83C, half of a character, at position 2; send it as UTF-8.");
    }

    private static void assertRefused(String prompt, String sentence) {
        assertThatThrownBy(() -> Prompts.checked("prompt", prompt))
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_REQUEST))
                .hasMessage(sentence);
    }
}
