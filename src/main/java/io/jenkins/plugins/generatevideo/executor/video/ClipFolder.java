package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The four files of a clip, made in a hidden folder beside their final place and moved there together at the end: {@code
 * clip.mp4}, {@code poster.jpg}, {@code contact-sheet.jpg}, and {@code clip.json} last, so that a manifest always means a
 * whole clip.
 */
public final class ClipFolder implements AutoCloseable {
    public static final String CLIP = "clip.mp4";
    public static final String MANIFEST = "clip.json";
    public static final String POSTER = "poster.jpg";
    public static final String CONTACT_SHEET = "contact-sheet.jpg";
    private static final List<String> FILES = List.of(CLIP, POSTER, CONTACT_SHEET, MANIFEST);

    private final Path folder;
    private final Path staging;
    private final int width;
    private final int height;
    private final int frames;
    private final FrameDigest digest = new FrameDigest();
    private final ContactSheet sheet;
    private final ClipEncoder encoder;

    /**
     * @param folder where the files will stand; made if it is not there
     * @throws ExecutorException {@code BAD_REQUEST} if nothing can be written there
     */
    public ClipFolder(Path folder, int width, int height, int frames, FrameRate frameRate) throws ExecutorException {
        this.folder = folder;
        this.width = width;
        this.height = height;
        this.frames = frames;
        ClipEncoder.checkSize(width, height);
        try {
            Files.createDirectories(folder);
            staging = Files.createTempDirectory(folder, ".generating-");
        } catch (IOException e) {
            String reason = e instanceof FileSystemException system && system.getReason() != null
                    ? system.getReason()
                    : e.getClass().getSimpleName();
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The output folder " + folder + " cannot be written to (" + reason
                            + "): choose another one or correct its permissions.",
                    e);
        }
        sheet = new ContactSheet(frames);
        try {
            encoder = new ClipEncoder(staging.resolve(CLIP), width, height, frameRate, EncodingQuality.NEAR_TRANSPARENT);
        } catch (ExecutorException e) {
            delete();
            throw e;
        }
    }

    /** Takes the next frame: rows from the top, red, green and blue of each pixel. */
    public void add(int index, byte[] rgb24) throws ExecutorException {
        encoder.write(rgb24);
        digest.add(rgb24);
        boolean poster = index == Poster.frameOf(frames);
        if (poster || sheet.shows(index)) {
            Picture picture = new Picture(width, height, rgb24);
            sheet.offer(index, picture);
            if (poster) {
                Poster.write(staging.resolve(POSTER), picture);
            }
        }
    }

    /** Completes the video and the pictures; what remains is the manifest. */
    public void finishVideo() throws ExecutorException {
        encoder.finish();
        sheet.write(staging.resolve(CONTACT_SHEET));
    }

    /** The unpublished video's place, for its digest. */
    public Path video() {
        return staging.resolve(CLIP);
    }

    /** SHA-256 over the frames added so far. */
    public String frameDigest() {
        return digest.hex();
    }

    /** Writes the manifest and moves all four files to their final place, replacing what stood there. */
    public void publish(UnfinishedFile.Content manifest) throws ExecutorException {
        UnfinishedFile.write(staging.resolve(MANIFEST), manifest);
        try {
            for (String file : FILES) {
                Files.move(
                        staging.resolve(file),
                        folder.resolve(file),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The finished clip cannot be moved into " + folder + " (" + e + "): check the folder, then try again.",
                    e);
        }
    }

    /** Removes what is not published. */
    @Override
    public void close() throws ExecutorException {
        try {
            encoder.close();
        } finally {
            delete();
        }
    }

    /** Removes the unfinished files without regard for who writes them: for the last moment of a cancelled process. */
    public void delete() {
        try (var files = Files.list(staging)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(staging);
        } catch (IOException e) {
            // Already gone, or nothing that this process can still change.
            return;
        }
    }
}
