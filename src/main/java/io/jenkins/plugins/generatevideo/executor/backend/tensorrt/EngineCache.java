package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps compiled networks on the agent: for each key a folder with {@code engine.plan} and {@code engine.txt}, which holds
 * the key, the plan's SHA-256 and the seconds that compiling took. A folder gets its name when it is whole, and counts only
 * while everything in it fits.
 */
public final class EngineCache {
    private static final Logger LOGGER = LoggerFactory.getLogger(EngineCache.class);
    private static final String PLAN = "engine.plan";
    private static final String NOTE = "engine.txt";

    private final Path folder;

    /** A compiled network, and how long compiling it took. */
    public record Entry(Path plan, double seconds) {}

    /** @param folder need not exist */
    public EngineCache(Path folder) {
        this.folder = folder;
    }

    /** What is kept under a key, if it is there and whole. */
    public Optional<Entry> find(EngineKey key) throws ExecutorException {
        Path kept = folder.resolve(key.folder());
        Path plan = kept.resolve(PLAN);
        if (!Files.isRegularFile(plan) || !Files.isRegularFile(kept.resolve(NOTE))) {
            return Optional.empty();
        }
        try {
            String note = Files.readString(kept.resolve(NOTE));
            double seconds = seconds(note);
            boolean whole = note.equals(note(key, FileDigest.of(plan, length -> {}), seconds));
            return whole ? Optional.of(new Entry(plan, seconds)) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            LOGGER.debug("{} cannot be read and is compiled again", kept, e);
            return Optional.empty();
        }
    }

    /** A new folder for work on an engine; whoever asks for it removes it with {@link #discard}. */
    Path stage() throws IOException {
        Files.createDirectories(folder);
        return Files.createTempDirectory(folder, ".compiling-");
    }

    /** Where {@link #keep} expects the compiled network. */
    static Path plan(Path staged) {
        return staged.resolve(PLAN);
    }

    /** Gives a staged folder its name; whatever damaged thing had it goes. */
    Entry keep(EngineKey key, Path staged, double seconds) throws IOException, ExecutorException {
        // as it is read back
        double rounded = seconds(String.format(Locale.ROOT, "seconds %.3f\n", seconds));
        Files.writeString(staged.resolve(NOTE), note(key, FileDigest.of(plan(staged), length -> {}), rounded));
        Path kept = folder.resolve(key.folder());
        if (Files.exists(kept) && find(key).isEmpty()) {
            discard(kept);
        }
        try {
            Files.move(staged, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // another process was first, which is as good
            Optional<Entry> other = find(key);
            if (other.isPresent()) {
                return other.get();
            }
            throw e;
        }
        return new Entry(kept.resolve(PLAN), rounded);
    }

    /** TensorRT's timings of kernels, which make compiling again quicker; of one version and architecture. */
    Path timings(String version, String architecture) {
        return folder.resolve("timings-" + version + "-" + architecture);
    }

    /** Removes a folder with what is in it. */
    static void discard(Path staged) throws IOException {
        if (Files.exists(staged)) {
            try (Stream<Path> files = Files.walk(staged)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static String note(EngineKey key, String digest, double seconds) {
        return key.text() + "plan " + digest + "\n" + String.format(Locale.ROOT, "seconds %.3f\n", seconds);
    }

    private static double seconds(String note) {
        String last = note.substring(note.lastIndexOf("seconds ") + "seconds ".length());
        return Double.parseDouble(last.strip());
    }
}
