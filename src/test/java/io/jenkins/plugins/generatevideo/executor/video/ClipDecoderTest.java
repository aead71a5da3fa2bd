package io.jenkins.plugins.generatevideo.executor.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipDecoderTest {
    @TempDir
    Path folder;

    @Test
    void aMissingFileIsSaid() {
        assertThat(refusalOf(folder.resolve("none.mp4"))).hasMessageContaining("none.mp4");
    }

    @Test
    void aFolderIsNoVideo() {
        assertThat(refusalOf(folder)).hasMessageContaining("no video file");
    }

    @Test
    void aTextFileIsNoVideo() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.mp4"), "not a video\n".repeat(1000));
        assertThat(refusalOf(text)).hasMessageContaining("cannot be read as a video");
    }

    @Test
    void aPlayListThatNamesOtherFilesIsNoVideo() throws Exception {
        Scenes.discClip(folder.resolve("clip.mp4"), 96, 64, 3, FrameRate.of(12));
        Path list = Files.writeString(
                folder.resolve("list.m3u8"),
                "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n");
        assertThat(refusalOf(list)).hasMessageContaining("cannot be read as a video");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99})
    void aTruncatedVideoIsSaidToBeDamaged(double kept) throws Exception {
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), 96, 64, 25, FrameRate.of(12));
        byte[] bytes = Files.readAllBytes(clip);
        Files.write(clip, Arrays.copyOf(bytes, (int) (bytes.length * kept)));
        assertThat(refusalOf(clip)).hasMessageContaining("clip.mp4");
    }

    @Test
    void aVideoWithBytesOverwrittenIsSaidToBeDamaged() throws Exception {
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), 96, 64, 25, FrameRate.of(12));
        byte[] bytes = Files.readAllBytes(clip);
        byte[] noise = new byte[2000];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, bytes.length / 2, noise.length);
        Files.write(clip, bytes);
        assertThat(refusalOf(clip)).hasMessageContaining("damaged after").hasMessageContaining("clip.mp4");
    }

    @Test
    void theSameClipDecodesToTheSameDigestAndAnotherToAnother() throws Exception {
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), 96, 64, 9, FrameRate.of(12));
        Path other = Scenes.discClip(folder.resolve("other.mp4"), 96, 64, 10, FrameRate.of(12));
        assertThat(digest(clip)).hasSize(64).isEqualTo(digest(clip)).isNotEqualTo(digest(other));
    }

    @Test
    void aDigestIsThatOfTheBytesInOrder() {
        FrameDigest digest = new FrameDigest();
        digest.add(new byte[] {'a'});
        digest.add(new byte[] {'b', 'c'});
        // FIPS 180-2, appendix B.1: SHA-256 of "abc".
        assertThat(digest.hex()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private static String digest(Path clip) throws ExecutorException {
        FrameDigest digest = new FrameDigest();
        try (ClipDecoder decoder = new ClipDecoder(clip)) {
            while (decoder.next()) {
                digest.add(decoder.rgb24());
            }
        }
        return digest.hex();
    }

    private static ExecutorException refusalOf(Path file) {
        ExecutorException refusal = catchThrowableOfType(ExecutorException.class, () -> digest(file));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_REQUEST);
        assertThat(refusal.getMessage()).doesNotContain("\n").endsWith(".");
        return refusal;
    }

    @Test
    void saysWhatToDoWithAGitLfsPointer() throws Exception {
        Path pointer = Files.writeString(
                folder.resolve("golden.mp4"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
        assertThat(refusalOf(pointer)).hasMessageContaining("git lfs pull");
    }
}
