package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The clip at a glance: up to twelve frames, evenly spread from the first to the last, in reading order. Frames are offered
 * one by one as they come; only the chosen ones are kept.
 */
public final class ContactSheet {
    private static final int MOST_PICTURES = 12;
    private static final int MOST_COLUMNS = 4;
    private static final int MINIMUM_WIDTH = 240;
    private static final int MAXIMUM_WIDTH = 400;
    private static final int GUTTER = 6;
    private static final Color BACKGROUND = new Color(0x202124);

    private final SortedMap<Integer, BufferedImage> pictures = new TreeMap<>();

    /** @param frames how many frames the clip has, at least 1 */
    public ContactSheet(int frames) {
        if (frames < 1) {
            throw new IllegalArgumentException("a clip has at least one frame, not " + frames);
        }
        int count = Math.min(MOST_PICTURES, frames);
        for (int i = 0; i < count; i++) {
            pictures.put(count == 1 ? 0 : (int) Math.round((double) i * (frames - 1) / (count - 1)), null);
        }
    }

    /** Whether frame {@code index} (from 0) is one of those on the sheet. */
    public boolean shows(int index) {
        return pictures.containsKey(index);
    }

    /** Takes frame {@code index} if it {@linkplain #shows is} one of those on the sheet; several threads may offer. */
    public void offer(int index, Picture frame) {
        if (shows(index)) {
            BufferedImage picture = frame.forViewing(MINIMUM_WIDTH, MAXIMUM_WIDTH);
            synchronized (pictures) {
                pictures.put(index, picture);
            }
        }
    }

    /**
     * @param file usually {@code contact-sheet.jpg}
     * @throws ExecutorException {@code FAILED} if the file cannot be written; nothing is left behind then
     * @throws IllegalStateException if a frame of the sheet was never offered
     */
    public void write(Path file) throws ExecutorException {
        if (pictures.containsValue(null)) {
            throw new IllegalStateException("not every frame of the sheet was offered");
        }
        BufferedImage first = pictures.get(pictures.firstKey());
        int columns = Math.min(MOST_COLUMNS, pictures.size());
        int rows = (pictures.size() + columns - 1) / columns;
        int cellWidth = first.getWidth() + GUTTER;
        int cellHeight = first.getHeight() + GUTTER;
        BufferedImage sheet =
                new BufferedImage(columns * cellWidth + GUTTER, rows * cellHeight + GUTTER, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        try {
            graphics.setColor(BACKGROUND);
            graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            int cell = 0;
            for (BufferedImage picture : pictures.values()) {
                int x = GUTTER + cell % columns * cellWidth;
                int y = GUTTER + cell / columns * cellHeight;
                graphics.drawImage(picture, x, y, null);
                cell++;
            }
        } finally {
            graphics.dispose();
        }
        Jpeg.write(file, sheet);
    }
}
