package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.executor.video.Picture;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** Baseline, candidate and their visible difference side by side under a line of text: what a person looks at. */
final class Triptych {
    private static final int MINIMUM_PANEL = 288;
    private static final int MAXIMUM_PANEL = 640;
    private static final int GUTTER = 4;
    private static final int HEADER = 24;
    private static final int FONT_SIZE = 14;
    private static final Color BACKGROUND = new Color(0x202124);
    private static final Color TEXT = new Color(0xe8eaed);

    private Triptych() {}

    /** @return an image with even sides, so that it can also be a frame of a video */
    static BufferedImage draw(ComparedPair pair) {
        BufferedImage baseline = pair.baseline().forViewing(MINIMUM_PANEL, MAXIMUM_PANEL);
        BufferedImage candidate = pair.candidate().forViewing(MINIMUM_PANEL, MAXIMUM_PANEL);
        BufferedImage heat = HeatMap.draw(pair.difference(), pair.differenceWidth(), pair.differenceHeight());
        int width = baseline.getWidth();
        int height = baseline.getHeight();
        int wide = 3 * width + 2 * GUTTER;
        int high = HEADER + height;
        BufferedImage image =
                new BufferedImage(wide + wide % 2, high + high % 2, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setColor(BACKGROUND);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            graphics.drawImage(baseline, 0, HEADER, null);
            graphics.drawImage(candidate, width + GUTTER, HEADER, null);
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            graphics.drawImage(heat, 2 * (width + GUTTER), HEADER, width, height, null);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE));
            graphics.setColor(TEXT);
            int line = HEADER - 7;
            graphics.drawString(
                    String.format(Locale.ROOT, "baseline · frame %d · %.2f s", pair.index(), pair.seconds()), 4, line);
            graphics.drawString("candidate", width + GUTTER + 4, line);
            graphics.drawString(
                    String.format(Locale.ROOT, "visible difference (FLIP) %.3f", pair.score()),
                    2 * (width + GUTTER) + 4,
                    line);
        } finally {
            graphics.dispose();
        }
        return image;
    }
}
