package io.jenkins.plugins.generatevideo.executor.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
    private static final long UNKNOWN = 1;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = TinyBundle.write(folder).resolve("tokenizer.json");
    }

    @Test
    void padsIdsAndMaskToTheMaximumLength() throws ExecutorException {
        TokenizedText text = encode("A red ball, rolls", 8);
        assertThat(text.ids().shape()).containsExactly(1, 8);
        assertThat(text.mask().shape()).containsExactly(1, 8);
        assertThat(text.ids().data()).containsExactly(2, 3, 4, UNKNOWN, 5, 0, 0, 0);
        assertThat(text.mask().data()).containsExactly(1, 1, 1, 1, 1, 0, 0, 0);
        assertThat(text.length()).isEqualTo(5);
        assertThat(text.truncated()).isFalse();
    }

    @Test
    void takesChineseCharacterByCharacter() throws ExecutorException {
        assertThat(encode("红色的大球", 5).ids().data()).containsExactly(6, 7, 8, UNKNOWN, 9);
    }

    @Test
    void saysThatATextWasCut() throws ExecutorException {
        assertThat(encode("a red ball rolls", 4).truncated()).isFalse();
        TokenizedText text = encode("a red ball rolls a", 4);
        assertThat(text.truncated()).isTrue();
        assertThat(text.ids().data()).containsExactly(2, 3, 4, 5);
        assertThat(encode("red ".repeat(3000), 1000).length()).isEqualTo(1000);
    }

    @Test
    void makesAllPaddingOfNothing() throws ExecutorException {
        assertThat(encode("", 3).mask().data()).containsExactly(0, 0, 0);
    }

    @Test
    void keepsTheEndTokenWhenItCutsAndUsesTheFilesPadding() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(file.toFile());
        json.withObject("/model/vocab").put("</s>", 20);
        json.set("post_processor", mapper.readTree("""
                        {"type": "TemplateProcessing",
                         "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
                         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                         "special_tokens": {"</s>": {"id": "</s>", "ids": [20], "tokens": ["</s>"]}}}
                        """));
        json.set("padding", mapper.readTree("""
                        {"strategy": {"Fixed": 50}, "direction": "Right", "pad_to_multiple_of": null,
                         "pad_id": 1, "pad_type_id": 0, "pad_token": "<unk>"}
                        """));
        json.set("truncation", mapper.readTree("""
                        {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0}
                        """));
        Files.writeString(file, json.toString());
        assertThat(encode("a red ball", 4).ids().data()).containsExactly(2, 3, 4, 20);
        assertThat(encode("a red ball rolls", 4).ids().data()).containsExactly(2, 3, 4, 20);
        assertThat(encode("a red ball rolls", 4).truncated()).isTrue();
        assertThat(encode("a", 4).ids().data()).containsExactly(2, 20, 1, 1);
    }

    @Test
    void refusesWhatIsNoTokenizer() throws IOException {
        for (String content : new String[] {"", "{", "[]", "{\"model\": {}}", "no JSON"}) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> encode("a", 4)).isInstanceOfSatisfying(ExecutorException.class, e -> {
                assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE);
                assertThat(e).hasMessageContaining("tokenizer.json cannot be loaded");
                assertThat(e.getMessage()).doesNotContain("\n");
            });
        }
    }

    private TokenizedText encode(String text, int maximumLength) throws ExecutorException {
        try (TextTokenizer tokenizer = TextTokenizer.load(file, maximumLength)) {
            return tokenizer.encode(text);
        }
    }
}
