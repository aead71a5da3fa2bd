package io.jenkins.plugins.generatevideo.executor.text;

import static org.assertj.core.api.Assertions.assertThat;

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
    void keepsWhatAPromptIsMadeOf() {
        String prompt = "一个红色的球，从左向右滚过绿色的草地 🎈 — \"fast\" $(rm) <b> 100%";
        assertThat(Prompts.clean(prompt)).isEqualTo(prompt);
    }
}
