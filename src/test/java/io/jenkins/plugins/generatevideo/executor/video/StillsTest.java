package io.jenkins.plugins.generatevideo.executor.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StillsTest {
    @TempDir
    Path folder;

    @Test
    void theContactSheetShowsFramesFromTheFirstToTheLastInReadingOrder() throws Exception {
        ContactSheet sheet = new ContactSheet(25);
        int[] shown = IntStream.range(0, 25).filter(sheet::shows).toArray();
        assertThat(shown).hasSize(12).startsWith(0).endsWith(24);
        for (int i = 0; i < 25; i++) {
            sheet.offer(i, new Picture(96, 64, Scenes.flat(96, 64, 10 * i, 0, 255 - 10 * i)));
        }
        sheet.write(folder.resolve("contact-sheet.jpg"));

        BufferedImage image = ImageIO.read(folder.resolve("contact-sheet.jpg").toFile());
        // 96x64 is tripled, four columns and three rows, gutters of 6 between and around.
        assertThat(image.getWidth()).isEqualTo(4 * 294 + 6);
        assertThat(image.getHeight()).isEqualTo(3 * 198 + 6);
        for (int cell = 0; cell < 12; cell++) {
            Color colour = new Color(image.getRGB(150 + cell % 4 * 294, 100 + cell / 4 * 198));
            assertThat(colour.getRed()).as("cell %d", cell).isBetween(10 * shown[cell] - 8, 10 * shown[cell] + 8);
        }
    }

    @Test
    void aShortClipHasASmallSheet() throws Exception {
        ContactSheet sheet = new ContactSheet(1);
        sheet.offer(0, new Picture(1280, 720, Scenes.flat(1280, 720, 200, 100, 50)));
        sheet.write(folder.resolve("contact-sheet.jpg"));
        BufferedImage image = ImageIO.read(folder.resolve("contact-sheet.jpg").toFile());
        assertThat(image.getWidth()).isEqualTo(400 + 12);
        assertThat(image.getHeight()).isEqualTo(225 + 12);
    }

    @Test
    void aSheetWithAMissingFrameIsNotWritten() {
        ContactSheet sheet = new ContactSheet(5);
        sheet.offer(0, new Picture(96, 64, new byte[96 * 64 * 3]));
        assertThatThrownBy(() -> sheet.write(folder.resolve("contact-sheet.jpg")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void thePosterIsTheFrameLargeEnoughToSee() throws Exception {
        Path poster = folder.resolve("poster.jpg");
        Poster.write(poster, new Picture(96, 64, Scenes.disc(96, 64, Poster.frameOf(25), 25)));
        BufferedImage image = ImageIO.read(poster.toFile());
        assertThat(image.getWidth()).isEqualTo(480);
        assertThat(image.getHeight()).isEqualTo(320);
        assertThat(new Color(image.getRGB(245, 160)).getRed()).isGreaterThan(210);
        assertThat(new Color(image.getRGB(20, 20)).getRed()).isLessThan(80);
    }

    @Test
    void aPosterThatCannotBeWrittenIsSaidAndLeavesNothing() throws Exception {
        Picture picture = new Picture(16, 16, new byte[16 * 16 * 3]);
        assertThatThrownBy(() -> Poster.write(folder.resolve("missing/poster.jpg"), picture))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("poster.jpg")
                .hasMessageContaining("folder does not exist");
        Path occupied =
                Files.createDirectories(folder.resolve("poster.jpg/inside")).getParent();
        assertThatThrownBy(() -> Poster.write(occupied, picture)).isInstanceOf(ExecutorException.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(occupied);
        }
    }

    @Test
    void thePicturesDrawnBesideTheVideoAreThoseOfOneThread() throws Exception {
        Path poster = folder.resolve("poster.jpg");
        Path sheet = folder.resolve("contact-sheet.jpg");
        ContactSheet alone = new ContactSheet(25);
        try (StillPictures pictures = new StillPictures(25, poster, sheet)) {
            for (int i = 0; i < 25; i++) {
                Picture frame = new Picture(96, 64, Scenes.disc(96, 64, i, 25));
                pictures.add(i, frame);
                alone.offer(i, frame);
            }
            pictures.finish();
        }
        alone.write(folder.resolve("alone.jpg"));
        Poster.write(folder.resolve("alone-poster.jpg"), new Picture(96, 64, Scenes.disc(96, 64, 12, 25)));
        assertThat(sheet).hasSameBinaryContentAs(folder.resolve("alone.jpg"));
        assertThat(poster).hasSameBinaryContentAs(folder.resolve("alone-poster.jpg"));
    }

    @Test
    void aPosterThatCannotBeDrawnBesideTheVideoIsSaid() {
        Path missing = folder.resolve("missing/poster.jpg");
        try (StillPictures pictures = new StillPictures(1, missing, folder.resolve("contact-sheet.jpg"))) {
            pictures.add(0, new Picture(16, 16, new byte[16 * 16 * 3]));
            assertThatThrownBy(pictures::finish)
                    .isInstanceOf(ExecutorException.class)
                    .hasMessageContaining("poster.jpg");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aPictureKnowsItsSize() {
        assertThatThrownBy(() -> new Picture(2, 2, new byte[3])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ffmpegIsThereWithAnEncoderUnderTheLesserLicence() {
        FfmpegInfo info = FfmpegInfo.read();
        assertThat(info.encoderPresent()).isTrue();
        assertThat(info.licence()).startsWith("LGPL");
        assertThat(info.version()).matches("\\d+\\.\\d+.*");
        assertThat(info.libraries()).containsKeys("libavcodec", "libswscale");
    }
}
