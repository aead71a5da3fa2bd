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
 * The four files of a clip in a hidden folder beside their final place, from where they are moved there together: the
 * manifest last, so that a manifest always means a whole clip.
 */
public final class StagedClip implements AutoCloseable {
    public static final String CLIP = "clip.mp4";
    public static final String MANIFEST = "clip.json";
    public static final String POSTER = "poster.jpg";
    public static final String CONTACT_SHEET = "contact-sheet.jpg";
    private static final List<String> FILES = List.of(CLIP, POSTER, CONTACT_SHEET, MANIFEST);

    private final Path folder;
    private final Path staging;

    /**
     * @param folder where the files will stand; made if it is not there
     * @throws ExecutorException {@code BAD_REQUEST} if nothing can be written there
     */
    public StagedClip(Path folder) throws ExecutorException {
        this.folder = folder;
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
    }

    /** Where one of the four files is made. */
    public Path path(String file) {
        return staging.resolve(file);
    }

    /** Writes the manifest and moves all four files to their final place, replacing what stood there. */
    public void publish(UnfinishedFile.Content manifest) throws ExecutorException {
        UnfinishedFile.write(path(MANIFEST), manifest);
        try {
            for (String file : FILES) {
                Files.move(
                        path(file),
                        folder.resolve(file),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The finished clip cannot be moved into " + folder + " (" + e
                            + "): check the folder, then try again.",
                    e);
        }
    }

    /** Removes what is not published. */
    @Override
    public void close() {
        delete();
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
