package io.jenkins.plugins.generatevideo.executor.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleLibraryTest {
    @TempDir
    private Path folder;

    @Test
    void findsABundleByNameOrByPath() throws Exception {
        Path tiny = TinyBundle.write(folder);
        BundleLibrary library = new BundleLibrary(List.of(folder));
        assertThat(library.bundles()).containsExactly(Map.entry("tiny", tiny));
        assertThat(library.open("tiny").folder()).isEqualTo(tiny);
        assertThat(library.open(tiny.toString()).manifest().name()).isEqualTo("tiny");
    }

    @Test
    void prefersWhatWasGivenToTheEnvironmentAndThatToWhatIsEmbedded() throws Exception {
        Path given = Files.createDirectories(folder.resolve("given"));
        Path environment = Files.createDirectories(folder.resolve("environment"));
        Path embedded = Files.createDirectories(folder.resolve("embedded"));
        Path last = TinyBundle.write(embedded);
        Map<String, String> variables =
                Map.of("GENERATE_VIDEO_BUNDLES", folder.resolve("absent") + File.pathSeparator + environment);
        BundleLibrary library = BundleLibrary.of(List.of(given), variables, embedded);
        assertThat(library.open("tiny").folder()).isEqualTo(last);
        Path middle = TinyBundle.write(environment);
        assertThat(library.open("tiny").folder()).isEqualTo(middle);
        Path first = TinyBundle.write(given);
        assertThat(library.open("tiny").folder()).isEqualTo(first);
    }

    @Test
    void saysWhichBundlesThereAreWhenNoneHasTheName() throws Exception {
        TinyBundle.write(folder);
        BundleLibrary library = new BundleLibrary(List.of(folder));
        for (String name : List.of("wan", "", "a\0b", "none/at/all")) {
            assertThatThrownBy(() -> library.open(name))
                    .isInstanceOfSatisfying(
                            ExecutorException.class,
                            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE));
        }
        assertThatThrownBy(() -> library.open("wan")).hasMessageContaining("hold the engine bundles [tiny]");
        assertThatThrownBy(() -> new BundleLibrary(List.of()).open("wan"))
                .hasMessageContaining("no engine bundle at all");
    }
}
