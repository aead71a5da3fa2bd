package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A file under a temporary name in its final folder, which gets its final name only when it is complete, so that nobody
 * ever reads half a file.
 */
public final class UnfinishedFile implements AutoCloseable {
    private static final String SUFFIX = ".part";

    private final Path target;
    private final Path temporary;
    private boolean finished;

    public UnfinishedFile(Path target) {
        this(target, target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + SUFFIX));
    }

    /** With a given temporary name, so that a test can point it at a full device. */
    UnfinishedFile(Path target, Path temporary) {
        this.target = target;
        this.temporary = temporary;
    }

    /** What writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream stream) throws IOException;
    }

    /**
     * Writes a whole file at once.
     *
     * @throws ExecutorException {@code FAILED} if it cannot be written; nothing is left behind then
     */
    public static void write(Path target, Content content) throws ExecutorException {
        try (UnfinishedFile unfinished = new UnfinishedFile(target)) {
            try (OutputStream stream = Files.newOutputStream(unfinished.temporary)) {
                content.writeTo(stream);
            } catch (IOException e) {
                throw cannotWrite(target, e);
            }
            unfinished.finish();
        }
    }

    private static ExecutorException cannotWrite(Path target, IOException cause) {
        String reason = cause.getMessage();
        if (cause instanceof NoSuchFileException) {
            reason = "its folder does not exist";
        } else if (cause instanceof AccessDeniedException) {
            reason = "access is denied";
        } else if (cause instanceof FileSystemException system && system.getReason() != null) {
            reason = system.getReason();
        }
        return new ExecutorException(
                ExitCode.FAILED,
                "Cannot write \"" + target + "\" (" + reason
                        + "): check that its folder exists, is writable and has free space, then try again.",
                cause);
    }

    /** Removes what is unfinished in a folder and below, for a process that ends before it can close its files. */
    public static void removeAll(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.startsWith(".") && name.endsWith(SUFFIX) && Files.isRegularFile(file)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // The process is ending and can tell nobody; what is left has no final name and is in nobody's way.
        }
    }

    /** Where to write. */
    public Path temporary() {
        return temporary;
    }

    public Path target() {
        return target;
    }

    /**
     * Gives the file its final name, replacing what stood there.
     *
     * @throws ExecutorException {@code FAILED} if it cannot be moved there
     */
    public void finish() throws ExecutorException {
        try {
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                // Some network file systems cannot; the move within one folder is the next best.
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
        finished = true;
    }

    /** Removes the temporary file unless it was finished. */
    @Override
    public void close() throws ExecutorException {
        if (!finished) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw new ExecutorException(
                        ExitCode.FAILED,
                        "Cannot remove the unfinished file \"" + temporary + "\" (" + e.getMessage()
                                + "): remove it by hand.",
                        e);
            }
        }
    }
}
