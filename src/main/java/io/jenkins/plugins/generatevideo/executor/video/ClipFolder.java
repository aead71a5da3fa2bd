package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the four files of a clip from its frames, under a {@link StagedClip}: {@code clip.mp4}, {@code poster.jpg}, {@code
 * contact-sheet.jpg}, and {@code clip.json} last.
 */
public final class ClipFolder implements AutoCloseable {
    public static final String CLIP = StagedClip.CLIP;

    private final StagedClip staged;
    private final int width;
    private final int height;
    private final FrameDigest digest = new FrameDigest();
    private final StillPictures pictures;
    private final ClipEncoder encoder;

    /**
     * @param folder where the files will stand; made if it is not there
     * @throws ExecutorException {@code BAD_REQUEST} if nothing can be written there
     */
    public ClipFolder(Path folder, int width, int height, int frames, FrameRate frameRate) throws ExecutorException {
        this.width = width;
        this.height = height;
        ClipEncoder.checkSize(width, height);
        staged = new StagedClip(folder);
        pictures = new StillPictures(frames, staged.path(StagedClip.POSTER), staged.path(StagedClip.CONTACT_SHEET));
        try {
            encoder = new ClipEncoder(video(), width, height, frameRate, EncodingQuality.NEAR_TRANSPARENT);
        } catch (ExecutorException e) {
            pictures.close();
            delete();
            throw e;
        }
    }

    /** Loads the libraries that make a clip: for a thread that has the time. */
    public static void warmUp() {
        Ffmpeg.prepare();
        StillPictures.warmUp();
    }

    /** Takes the next frame: rows from the top, red, green and blue of each pixel; nobody changes it afterwards. */
    public void add(int index, byte[] rgb24) throws ExecutorException {
        encoder.write(rgb24);
        digest.add(rgb24);
        pictures.add(index, new Picture(width, height, rgb24));
    }

    /** Completes the video and the pictures; what remains is the manifest. */
    public void finishVideo() throws ExecutorException {
        encoder.finish();
        pictures.finish();
    }

    /** The unpublished video's place, for its digest. */
    public Path video() {
        return staged.path(CLIP);
    }

    /** SHA-256 over the frames added so far. */
    public String frameDigest() {
        return digest.hex();
    }

    /** The content of the finished video and pictures by file name, before they are published. */
    public Map<String, byte[]> contents() throws ExecutorException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        try {
            for (String file : List.of(CLIP, StagedClip.POSTER, StagedClip.CONTACT_SHEET)) {
                contents.put(file, Files.readAllBytes(staged.path(file)));
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The finished clip cannot be read (" + e + "): check the disk, then try again.",
                    e);
        }
        return contents;
    }

    /** Writes the manifest and moves all four files to their final place, replacing what stood there. */
    public void publish(UnfinishedFile.Content manifest) throws ExecutorException {
        staged.publish(manifest);
    }

    /** Removes what is not published. */
    @Override
    public void close() throws ExecutorException {
        try {
            encoder.close();
        } finally {
            pictures.close();
            delete();
        }
    }

    /** Removes the unfinished files without regard for who writes them: for the last moment of a cancelled process. */
    public void delete() {
        staged.delete();
    }
}
