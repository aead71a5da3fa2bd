package io.jenkins.plugins.generatevideo.executor.cache;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.UnfinishedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A folder of results that are found again by what they were made of. It is bounded: what was used least recently goes
 * first. Processes and threads may share it: a file gets its name when it is whole, and a reader takes nothing whose digest
 * is wrong. What is pinned never goes by itself. A store that fails never fails a generation; it only stops helping.
 */
public final class ContentStore implements AutoCloseable {
    private static final long MEGABYTE = 1_000_000;
    private static final String SUFFIX = ".entry";
    private static final String UNFINISHED = ".part";
    private static final String PIN = ".pin";
    private static final String LOCKS = "locks";
    // No process writes a file for so long; what is older was left by one that died.
    private static final Duration ABANDONED = Duration.ofHours(1);
    // A key locks the byte with the number of its first digits, which no file is long enough to hold.
    private static final int DIGITS_OF_PLACE = 15;
    private static final long PLACE_OF_EVICTION = Long.MAX_VALUE - 1;

    private final Path folder;
    private final long limit;
    private final Consumer<String> warnings;
    private final FileChannel locks;

    /**
     * @param folder made if it is not there
     * @param megabytes the limit of all files together, 1 or more
     * @param warnings takes a sentence when something cannot be kept
     * @throws ExecutorException {@code BAD_REQUEST} if the folder cannot be used
     */
    public ContentStore(Path folder, int megabytes, Consumer<String> warnings) throws ExecutorException {
        this(folder, megabytes * MEGABYTE, warnings);
    }

    ContentStore(Path folder, long limit, Consumer<String> warnings) throws ExecutorException {
        this.folder = folder.toAbsolutePath();
        this.limit = limit;
        this.warnings = warnings;
        try {
            Files.createDirectories(this.folder);
            locks = FileChannel.open(this.folder.resolve(LOCKS), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The cache folder " + folder + " cannot be used (" + e
                            + "): make it writable, or name another one.",
                    e);
        }
    }

    /**
     * What was kept under a key, which now counts as used. A damaged entry is removed.
     *
     * @param key 64 hexadecimal digits
     */
    Optional<Map<String, byte[]>> find(String key) {
        Path file = file(key);
        try {
            Optional<Entry> entry = Entry.read(Files.readAllBytes(file), key);
            if (entry.isEmpty()) {
                warnings.accept("The entry " + file + " of the cache is damaged and is made anew.");
                Files.deleteIfExists(file);
                return Optional.empty();
            }
            touch(file);
            return entry.map(Entry::parts);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            warnings.accept("The entry " + file + " of the cache cannot be read (" + e + ") and is made anew.");
            return Optional.empty();
        }
    }

    private static void touch(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (NoSuchFileException e) {
            // Another process needed its space; what was read stays good.
            return;
        }
    }

    /** Keeps parts by name under a key, unless they alone exceed the limit; what was there is replaced. */
    void keep(String key, Map<String, byte[]> parts) {
        long size = parts.values().stream().mapToLong(part -> part.length).sum();
        if (size > limit) {
            return;
        }
        try {
            UnfinishedFile.write(file(key), new Entry(key, parts)::writeTo);
            evict();
        } catch (ExecutorException | IOException e) {
            warnings.accept("The result could not be kept in the cache " + folder + " (" + e.getMessage() + ")");
        }
    }

    /** Removes what was used least recently until the rest is within the limit. */
    private void evict() throws IOException, ExecutorException {
        try (Hold hold = tryHold(PLACE_OF_EVICTION).orElse(null)) {
            if (hold == null) {
                // Another process is at it, and sees this one's file or leaves it to the next.
                return;
            }
            List<Kept> files = new ArrayList<>();
            long total = 0;
            for (Path file : list()) {
                Optional<Kept> kept = Kept.of(file);
                if (kept.isEmpty()) {
                    continue;
                }
                if (file.getFileName().toString().endsWith(SUFFIX)) {
                    files.add(kept.get());
                    total += kept.get().size();
                } else if (kept.get().isAbandoned()) {
                    Files.deleteIfExists(file);
                }
            }
            files.sort(Comparator.comparing(Kept::used).thenComparing(Kept::file));
            files.removeIf(kept -> isPinned(kept.key()));
            for (int i = 0; total > limit && i < files.size(); i++) {
                Files.deleteIfExists(files.get(i).file());
                total -= files.get(i).size();
            }
            if (total > limit) {
                warnings.accept("The pinned templates in the cache " + folder + " alone take more than its limit: raise"
                        + " --cache-limit, or unpin some.");
            }
        }
    }

    /** Whether an entry stays whatever else needs its place. */
    boolean isPinned(String key) {
        return Files.exists(folder.resolve(key + PIN));
    }

    /** Says whether an entry stays whatever else needs its place. */
    void pin(String key, boolean pinned) throws ExecutorException {
        Path pin = folder.resolve(key + PIN);
        try {
            if (!pinned) {
                Files.deleteIfExists(pin);
            } else if (!Files.exists(pin)) {
                Files.write(pin, new byte[0]);
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, "The pin " + pin + " cannot be changed (" + e + "): check the folder.", e);
        }
    }

    /** Removes an entry and its pin. */
    void remove(String key) throws ExecutorException {
        pin(key, false);
        try {
            Files.deleteIfExists(file(key));
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, "The entry " + file(key) + " cannot be removed (" + e + "): check the folder.", e);
        }
    }

    /** The folder that holds everything. */
    Path folder() {
        return folder;
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(SUFFIX) || file.toString().endsWith(UNFINISHED))
                    .toList();
        }
    }

    private record Kept(Path file, long size, Instant used) {
        /** Nothing if another process has just removed it. */
        static Optional<Kept> of(Path file) throws IOException {
            try {
                return Optional.of(new Kept(
                        file, Files.size(file), Files.getLastModifiedTime(file).toInstant()));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }

        String key() {
            return file.getFileName().toString().replace(SUFFIX, "");
        }

        boolean isAbandoned() {
            return used.isBefore(Instant.now().minus(ABANDONED));
        }
    }

    /** Who has it is the only one at work on something, until it is closed. */
    public static final class Hold implements AutoCloseable {
        private final FileLock lock;

        private Hold(FileLock lock) {
            this.lock = lock;
        }

        @Override
        public void close() throws ExecutorException {
            try {
                if (lock != null) {
                    lock.release();
                }
            } catch (IOException e) {
                throw new ExecutorException(
                        ExitCode.FAILED, "A place in the cache cannot be given back (" + e + "); end the process.", e);
            }
        }
    }

    /**
     * Tries to become the only one, of all processes and threads, that makes the result of a key.
     *
     * @return nothing while another one does; where the file system knows no locks, everybody may
     */
    Optional<Hold> tryHold(String key) {
        return tryHold(Long.parseLong(key.substring(0, DIGITS_OF_PLACE), 16));
    }

    private Optional<Hold> tryHold(long place) {
        try {
            FileLock lock = locks.tryLock(place, 1, false);
            return lock == null ? Optional.empty() : Optional.of(new Hold(lock));
        } catch (OverlappingFileLockException e) {
            // A thread of this process has it.
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Hold(null));
        }
    }

    private Path file(String key) {
        return folder.resolve(key + SUFFIX);
    }

    @Override
    public void close() throws ExecutorException {
        try {
            locks.close();
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The cache folder " + folder + " cannot be closed (" + e + "): check the disk.",
                    e);
        }
    }
}
