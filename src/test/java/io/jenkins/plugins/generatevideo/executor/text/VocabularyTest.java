package io.jenkins.plugins.generatevideo.executor.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
    private final Vocabulary vocabulary =
            new Vocabulary(List.of("a", "Red", "ball", "left to right", "红", "红色", "的", "球", "草地", ""));

    @Test
    void namesWordsOutsideTheVocabularyInTheirOrder() {
        assertThat(vocabulary.unknownWords("A RED elephant, a ball-Giraffe; elephant!"))
                .containsExactly("elephant", "Giraffe");
    }

    @Test
    void ignoresPunctuationDigitsAndPossessives() {
        assertThat(vocabulary.unknownWords("2 red ball's, (left to right) 100% — ball’s 。，"))
                .isEmpty();
        assertThat(vocabulary.unknownWords("don't")).containsExactly("don't");
    }

    @Test
    void coversChineseWithTheLongestKnownWords() {
        assertThat(vocabulary.unknownWords("红色的球、红的草地")).isEmpty();
        assertThat(vocabulary.unknownWords("红色的大象和球")).containsExactly("大象和");
        assertThat(vocabulary.unknownWords("草红地")).containsExactly("草", "地");
    }

    @Test
    void separatesChineseFromLatinWords() {
        assertThat(vocabulary.unknownWords("red球cat红色dog")).containsExactly("cat", "dog");
    }

    @Test
    void namesWordsInOtherScripts() {
        assertThat(vocabulary.unknownWords("мяч red ボール")).containsExactly("мяч", "ボール");
    }

    @Test
    void readsAFileAndRefusesOneThatIsNoText(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("vocabulary.txt");
        Files.writeString(file, "red\n球\n");
        assertThat(Vocabulary.load(file).unknownWords("red blue 球")).containsExactly("blue");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
        assertThatThrownBy(() -> Vocabulary.load(file))
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE))
                .hasMessageContaining("cannot be read as UTF-8");
    }
}
