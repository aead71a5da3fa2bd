package io.jenkins.plugins.generatevideo.executor.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClipEncoderTest {
    private static final FrameRate RATE = FrameRate.of(12);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"96, 64", "98, 70", "256, 144", "640, 360"})
    void framesComeBackNearlyUnchanged(int width, int height) throws ExecutorException {
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), width, height, 9, RATE);
        try (ClipDecoder decoder = new ClipDecoder(clip)) {
            int index = 0;
            while (decoder.next()) {
                byte[] decoded = decoder.rgb24();
                byte[] original = Scenes.disc(width, height, index, 9);
                assertThat(Scenes.lumaPsnr(decoded, original))
                        .as("luma of frame %d", index)
                        .isGreaterThan(45);
                // Half the chroma resolution is all that yuv420p has, and shows at the disc's edge.
                assertThat(Scenes.psnr(decoded, original)).as("frame %d", index).isGreaterThan(25);
                index++;
            }
            assertThat(index).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @CsvSource({"255,0,0", "0,255,0", "0,0,255", "255,255,255", "0,0,0", "128,128,128", "255,200,0"})
    void pureColoursSurviveWithinAFewLevels(int red, int green, int blue) throws ExecutorException {
        Path clip = folder.resolve("clip.mp4");
        try (ClipEncoder encoder = new ClipEncoder(clip, 96, 64, RATE, EncodingQuality.NEAR_TRANSPARENT)) {
            for (int i = 0; i < 3; i++) {
                encoder.write(Scenes.flat(96, 64, red, green, blue));
            }
            encoder.finish();
        }
        try (ClipDecoder decoder = new ClipDecoder(clip)) {
            while (decoder.next()) {
                byte[] frame = decoder.rgb24();
                int centre = (32 * 96 + 48) * 3;
                assertThat(frame[centre] & 0xff).isCloseTo(red, within(3));
                assertThat(frame[centre + 1] & 0xff).isCloseTo(green, within(3));
                assertThat(frame[centre + 2] & 0xff).isCloseTo(blue, within(3));
            }
        }
    }

    @Test
    void theSmallestSizeIsEncoded() throws ExecutorException {
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), 16, 16, 3, RATE);
        try (ClipDecoder decoder = new ClipDecoder(clip)) {
            assertThat(decoder.next()).isTrue();
            assertThat(Scenes.psnr(decoder.rgb24(), Scenes.disc(16, 16, 0, 3))).isGreaterThan(25);
        }
    }

    @Test
    void theSameFramesGiveTheSameBytes() throws Exception {
        Path first = Scenes.discClip(folder.resolve("first.mp4"), 96, 64, 25, RATE);
        Path second = Scenes.discClip(folder.resolve("second.mp4"), 96, 64, 25, RATE);
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void theIndexStandsBeforeTheData() throws Exception {
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), 96, 64, 25, RATE);
        List<String> boxes = boxes(clip);
        assertThat(boxes).startsWith("ftyp", "moov").contains("mdat");
    }

    /** The types of the file's outermost boxes (ISO/IEC 14496-12), in order. */
    private static List<String> boxes(Path clip) throws IOException {
        List<String> types = new ArrayList<>();
        try (RandomAccessFile file = new RandomAccessFile(clip.toFile(), "r")) {
            long at = 0;
            while (at < file.length()) {
                file.seek(at);
                long size = Integer.toUnsignedLong(file.readInt());
                byte[] type = new byte[4];
                file.readFully(type);
                types.add(new String(type, StandardCharsets.US_ASCII));
                at += size;
            }
            assertThat(at).isEqualTo(file.length());
        }
        return types;
    }

    @ParameterizedTest
    @CsvSource({"12", "24", "24000/1001", "8"})
    void framesAreEvenlySpacedInTime(String rate) throws ExecutorException {
        FrameRate frameRate = FrameRate.parse(rate);
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), 96, 64, 13, frameRate);
        try (ClipDecoder decoder = new ClipDecoder(clip)) {
            assertThat(decoder.frameRate()).isEqualTo(frameRate);
            assertThat(decoder.frameCount()).hasValue(13);
            for (int i = 0; decoder.next(); i++) {
                assertThat(decoder.seconds()).isCloseTo(frameRate.seconds(i), within(1e-4));
            }
        }
    }

    @Test
    void ffprobeSeesTagsThatBrowsersUnderstand() throws Exception {
        Path clip = Scenes.discClip(folder.resolve("clip.mp4"), 96, 64, 25, RATE);
        String probe = Loader.load(org.bytedeco.ffmpeg.ffprobe.class);
        String stream = run(probe, "-v", "error", "-show_streams", clip.toString());
        assertThat(stream)
                .contains("codec_name=h264", "pix_fmt=yuv420p", "profile=High")
                .contains("color_range=tv", "color_space=bt709", "color_transfer=bt709", "color_primaries=bt709")
                .contains("r_frame_rate=12/1", "avg_frame_rate=12/1", "nb_frames=25", "chroma_location=left");
        assertThat(run(probe, "-v", "error", "-show_format", clip.toString())).doesNotContain("creation_time");
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader reader = process.inputReader()) {
            return String.join("\n", reader.lines().toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"95, 64, odd side", "96, 63, odd side", "8, 64, too small", "16384, 8192, too large"})
    void aSizeThatCannotBeEncodedIsRefused(int width, int height, String reason) {
        assertThatThrownBy(() -> new ClipEncoder(
                        folder.resolve("clip.mp4"), width, height, RATE, EncodingQuality.NEAR_TRANSPARENT))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining(width + "x" + height)
                .hasMessageContaining(reason);
        assertThat(files()).isEmpty();
    }

    @Test
    void closingBeforeTheEndLeavesNothingAndKeepsWhatStoodThere() throws Exception {
        Path clip = folder.resolve("clip.mp4");
        Files.writeString(clip, "the clip of yesterday");
        try (ClipEncoder encoder = new ClipEncoder(clip, 96, 64, RATE, EncodingQuality.NEAR_TRANSPARENT)) {
            encoder.write(Scenes.disc(96, 64, 0, 2));
            assertThat(files()).hasSize(2);
        }
        assertThat(files()).containsExactly(clip);
        assertThat(clip).hasContent("the clip of yesterday");
    }

    @Test
    void aFullDiskIsSaidAndLeavesNothing() throws Exception {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.isWritable(full), "this system has no device that is always full");
        Path clip = folder.resolve("clip.mp4");
        Path temporary = Files.createSymbolicLink(folder.resolve(".clip.part"), full);
        ExecutorException failure = catchThrowableOfType(ExecutorException.class, () -> {
            UnfinishedFile file = new UnfinishedFile(clip, temporary);
            try (ClipEncoder encoder = new ClipEncoder(file, 96, 64, RATE, EncodingQuality.NEAR_TRANSPARENT)) {
                for (int i = 0; i < 25; i++) {
                    encoder.write(Scenes.disc(96, 64, i, 25));
                }
                encoder.finish();
            }
        });
        assertThat(failure.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(failure).hasMessageContaining("disk is full").hasMessageContaining(clip.toString());
        assertThat(files()).isEmpty();
        assertThat(full).exists();
    }

    @Test
    void aMissingFolderIsSaid() {
        Path clip = folder.resolve("missing").resolve("clip.mp4");
        assertThatThrownBy(() -> new ClipEncoder(clip, 96, 64, RATE, EncodingQuality.NEAR_TRANSPARENT))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining(clip.toString())
                .hasMessageContaining("No such file or directory");
    }

    @Test
    void aTargetThatIsAFolderIsSaidAndLeavesNothing() throws Exception {
        Path clip = Files.createDirectories(folder.resolve("clip.mp4").resolve("inside"))
                .getParent();
        assertThatThrownBy(() -> Scenes.discClip(clip, 96, 64, 2, RATE))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining(clip.toString());
        assertThat(files()).containsExactly(clip);
    }

    @Test
    void namesWithColonsAndForeignLettersAreOnlyNames() throws ExecutorException {
        Path clip = Scenes.discClip(folder.resolve("http:50%,红色 [1].mp4"), 96, 64, 2, RATE);
        try (ClipDecoder decoder = new ClipDecoder(clip)) {
            assertThat(decoder.next()).isTrue();
        }
    }

    @Test
    void aFrameOfTheWrongLengthIsAProgrammingError() throws ExecutorException {
        try (ClipEncoder encoder =
                new ClipEncoder(folder.resolve("clip.mp4"), 96, 64, RATE, EncodingQuality.NEAR_TRANSPARENT)) {
            assertThatThrownBy(() -> encoder.write(new byte[96 * 64])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
