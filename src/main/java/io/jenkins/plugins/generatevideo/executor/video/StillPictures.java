package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A clip's poster and contact sheet, drawn on threads of their own while the video is encoded. */
final class StillPictures implements AutoCloseable {
    private static final int MOST_THREADS = 4;

    private final ExecutorService drawing = Executors.newFixedThreadPool(threads(), task -> {
        Thread thread = new Thread(task, "still-pictures");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Future<?>> drawn = new ArrayList<>();
    private final int poster;
    private final Path posterFile;
    private final Path sheetFile;
    private final ContactSheet sheet;

    /**
     * @param frames how many frames the clip has, at least 1
     * @param posterFile usually {@code poster.jpg}
     * @param sheetFile usually {@code contact-sheet.jpg}
     */
    StillPictures(int frames, Path posterFile, Path sheetFile) {
        poster = Poster.frameOf(frames);
        sheet = new ContactSheet(frames);
        this.posterFile = posterFile;
        this.sheetFile = sheetFile;
    }

    /** Loads what draws and writes a picture. */
    static void warmUp() {
        try {
            Jpeg.write(OutputStream.nullOutputStream(), new Picture(1, 1, new byte[3]).forViewing(2, 2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes frame {@code index}, from 0; nobody changes it afterwards. */
    void add(int index, Picture frame) {
        if (sheet.shows(index)) {
            draw(() -> sheet.offer(index, frame));
        }
        if (index == poster) {
            draw(() -> Poster.write(posterFile, frame));
        }
    }

    /**
     * Completes both pictures.
     *
     * @throws ExecutorException {@code FAILED} if one cannot be written
     */
    void finish() throws ExecutorException {
        try {
            for (Future<?> part : drawn) {
                part.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ExecutorException known) {
                throw known;
            }
            throw new IllegalStateException("the pictures of a clip cannot be drawn", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while the clip's pictures were drawn.", e);
        }
        sheet.write(sheetFile);
    }

    private static int threads() {
        return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    }

    private void draw(Part part) {
        drawn.add(drawing.submit(() -> {
            part.draw();
            return null;
        }));
    }

    /** Draws nothing more, and waits for what is being drawn, so that no file appears afterwards. */
    @Override
    public void close() {
        drawing.shutdownNow();
        try {
            drawing.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Part {
        void draw() throws ExecutorException;
    }
}
