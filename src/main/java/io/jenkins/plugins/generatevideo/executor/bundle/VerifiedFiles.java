package io.jenkins.plugins.generatevideo.executor.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which large files had the digest they should, so that a model of tens of gigabytes is not read twice at every
 * start. A file counts as unchanged while its size, its time of modification, its identity and, on Unix, its time of
 * change stay the same; that last one no program can set back.
 */
public final class VerifiedFiles {
    /** Smaller files are read every time, which takes about ten milliseconds. */
    public static final long SMALLEST = 1L << 20;

    private static final Logger LOGGER = LoggerFactory.getLogger(VerifiedFiles.class);

    private final Path folder;
    private final long smallest;

    /** @param cache the user's cache folder; need not exist */
    public VerifiedFiles(Path cache) {
        this(cache, SMALLEST);
    }

    VerifiedFiles(Path cache, long smallest) {
        this.folder = cache.resolve("verified");
        this.smallest = smallest;
    }

    boolean knows(Path file, String digest) {
        Optional<String> state = state(file);
        if (state.isEmpty()) {
            return false;
        }
        try {
            return Files.readString(note(file)).equals(text(digest, state.get()));
        } catch (IOException e) {
            // nothing is known about it: it is read and remembered
            return false;
        }
    }

    /** What would change if the file did, or nothing if the file is too small to be remembered. */
    Optional<String> state(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.size() < smallest) {
                return Optional.empty();
            }
            boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
            Object changed = unix ? Files.getAttribute(file, "unix:ctime") : "";
            return Optional.of(attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey()
                    + " " + changed);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param state the file's state before it was read */
    void remember(Path file, String digest, Optional<String> state) {
        if (state.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Path staged = Files.createTempFile(folder, ".noting-", "");
            try {
                Files.writeString(staged, text(digest, state.get()));
                Files.move(staged, note(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(staged);
            }
        } catch (IOException e) {
            LOGGER.debug("{} will be read again at the next start", file, e);
        }
    }

    private Path note(Path file) throws IOException {
        return folder.resolve(FileDigest.of(file.toRealPath().toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(String digest, String state) {
        return digest + " " + state + "\n";
    }
}
