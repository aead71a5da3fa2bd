package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import io.jenkins.plugins.generatevideo.executor.video.Picture;
import io.jenkins.plugins.generatevideo.executor.video.Png;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a {@link ModeComparison}: for each mode some frames of its clip, its figures, and its time as a bar. */
final class ModePlot {
    private static final int FRAMES = 5;
    private static final int FRAME_WIDTH = 192;
    private static final int GAP = 6;
    private static final int MARGIN = 16;
    private static final int TEXT = 24;
    private static final int BAR = 14;
    private static final int ROW_GAP = 20;
    private static final int WIDTH = 2 * MARGIN + FRAMES * (FRAME_WIDTH + GAP) - GAP;
    private static final Color INK = new Color(0x202124);
    private static final Color BAR_COLOUR = new Color(0x1a73e8);
    private static final Color LIMIT_COLOUR = new Color(0xc5221f);
    private static final double REAL_TIME_MILLISECONDS = 41.7;

    private final ModeComparison comparison;
    private final double longest;

    private ModePlot(ModeComparison comparison) {
        this.comparison = comparison;
        longest = comparison.rows().stream()
                .mapToDouble(ModeComparison.Row::millisecondsPerFrame)
                .max()
                .orElse(1);
    }

    static void write(ModeComparison comparison, Path file) throws ExecutorException {
        Png.write(file, new ModePlot(comparison).draw());
    }

    private BufferedImage draw() throws ExecutorException {
        List<List<BufferedImage>> pictures = new ArrayList<>();
        for (ModeComparison.Row row : comparison.rows()) {
            pictures.add(frames(row));
        }
        int frameHeight = pictures.stream()
                .flatMap(List::stream)
                .mapToInt(BufferedImage::getHeight)
                .max()
                .orElse(1);
        int rowHeight = TEXT + frameHeight + GAP + BAR + ROW_GAP;
        BufferedImage image =
                new BufferedImage(WIDTH, MARGIN + pictures.size() * rowHeight + TEXT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, WIDTH, image.getHeight());
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
            for (int i = 0; i < pictures.size(); i++) {
                row(
                        graphics,
                        MARGIN + i * rowHeight,
                        frameHeight,
                        comparison.rows().get(i),
                        pictures.get(i));
            }
            graphics.setColor(INK);
            graphics.drawString(
                    "Bars: time per frame without loading; the red line is real time, 41.7 ms.",
                    MARGIN,
                    image.getHeight() - GAP);
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private void row(
            Graphics2D graphics, int top, int frameHeight, ModeComparison.Row row, List<BufferedImage> pictures) {
        graphics.setColor(INK);
        graphics.drawString(
                String.format(
                        Locale.ROOT,
                        "%s: %d steps, %d network evaluations, %.2f s, %.1f ms a frame, %s; %.1f times as fast; PSNR %s",
                        row.mode(),
                        row.manifest().steps(),
                        row.manifest().networkEvaluations(),
                        row.seconds(),
                        row.millisecondsPerFrame(),
                        row.latencyClass(),
                        comparison.ratio(row),
                        row.nearness()),
                MARGIN,
                top + TEXT - 2 * GAP);
        for (int i = 0; i < pictures.size(); i++) {
            graphics.drawImage(pictures.get(i), MARGIN + i * (FRAME_WIDTH + GAP), top + TEXT - GAP, null);
        }
        int bar = top + TEXT + frameHeight;
        graphics.setColor(BAR_COLOUR);
        graphics.fillRect(MARGIN, bar, Math.max(1, length(row.millisecondsPerFrame())), BAR);
        if (REAL_TIME_MILLISECONDS <= longest) {
            graphics.setColor(LIMIT_COLOUR);
            graphics.fillRect(MARGIN + length(REAL_TIME_MILLISECONDS), bar - 2, 2, BAR + 4);
        }
    }

    private int length(double milliseconds) {
        return (int) Math.round((WIDTH - 2 * MARGIN) * milliseconds / longest);
    }

    /** Frames from the first to the last, evenly spread, all of one width. */
    private static List<BufferedImage> frames(ModeComparison.Row row) throws ExecutorException {
        List<BufferedImage> chosen = new ArrayList<>();
        int last = row.manifest().clip().frames() - 1;
        try (ClipDecoder decoder = new ClipDecoder(row.clip())) {
            for (int frame = 0; decoder.next(); frame++) {
                if (frame == Math.round((double) chosen.size() * last / (FRAMES - 1)) && chosen.size() < FRAMES) {
                    Picture picture = new Picture(decoder.width(), decoder.height(), decoder.rgb24());
                    chosen.add(picture.forViewing(FRAME_WIDTH, FRAME_WIDTH));
                }
            }
        }
        return chosen;
    }
}
