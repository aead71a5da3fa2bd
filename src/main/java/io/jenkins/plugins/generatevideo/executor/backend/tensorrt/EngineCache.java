package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static io.jenkins.plugins.generatevideo.executor.bundle.PackedEngines.field;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.files.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps compiled networks on the agent: for each key a folder with {@code engine.plan} and {@code engine.txt}, which holds
 * the key, the plan's SHA-256, what the network takes while it runs, and the seconds that compiling took. A folder gets its name when it is whole, and counts only
 * while everything in it fits.
 */
public final class EngineCache {
    private static final Logger LOGGER = LoggerFactory.getLogger(EngineCache.class);
    private static final String PLAN = "engine.plan";
    private static final String NOTE = "engine.txt";
    private static final String DIGEST = "plan";
    private static final String WEIGHTS = "weights";
    private static final String ACTIVATIONS = "activations";
    private static final String STREAMABLE = "streamable";
    private static final String SECONDS = "seconds";
    // folders that have their name
    private static final String NAMED = "[!.]*";

    private final Path folder;

    /**
     * A compiled network.
     *
     * @param seconds how long compiling it took
     */
    public record Entry(Path plan, EngineCompiler.Figures figures, double seconds) {}

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
            EngineCompiler.Figures figures = new EngineCompiler.Figures(
                    Long.parseLong(field(note, WEIGHTS)),
                    Long.parseLong(field(note, ACTIVATIONS)),
                    Long.parseLong(field(note, STREAMABLE)));
            double seconds = Double.parseDouble(field(note, SECONDS));
            boolean whole = note.equals(note(key, FileDigest.of(plan, length -> {}), figures, seconds));
            return whole ? Optional.of(new Entry(plan, figures, seconds)) : Optional.empty();
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

    /**
     * Gives a staged folder its name. What had it goes if it is damaged; if it is whole, the older stays, since another
     * process was first.
     */
    Entry keep(EngineKey key, Path staged, EngineCompiler.Figures figures, double seconds)
            throws IOException, ExecutorException {
        String digest = FileDigest.of(plan(staged), length -> {});
        // as it is read back
        double rounded = Double.parseDouble(String.format(Locale.ROOT, "%.3f", seconds));
        Files.writeString(staged.resolve(NOTE), note(key, digest, figures, rounded));
        Path kept = folder.resolve(key.folder());
        if (Files.exists(kept) && find(key).isEmpty()) {
            Folders.delete(kept);
        }
        try {
            Files.move(staged, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            Optional<Entry> other = find(key);
            if (other.isPresent()) {
                return other.get();
            }
            throw e;
        }
        return new Entry(kept.resolve(PLAN), figures, rounded);
    }

    /**
     * The engines that are kept of some networks.
     *
     * @param architectures compute capabilities, or nothing for all
     * @return the folders of {@code engine.plan} and {@code engine.txt}, by their names
     */
    public Map<String, Path> enginesOf(Collection<EngineSpecification> networks, Collection<String> architectures)
            throws IOException, ExecutorException {
        Map<String, Path> found = new TreeMap<>();
        for (Map.Entry<Path, String> kept : notes().entrySet()) {
            String architecture = field(kept.getValue(), EngineKey.ARCHITECTURE);
            for (EngineSpecification network : networks) {
                EngineKey key = new EngineKey(network, field(kept.getValue(), EngineKey.VERSION), architecture);
                String name = kept.getKey().getFileName().toString();
                if ((architectures.isEmpty() || architectures.contains(architecture))
                        && name.equals(key.folder())
                        && find(key).isPresent()) {
                    found.put(name, kept.getKey());
                }
            }
        }
        return found;
    }

    /** For what else a network's engines are kept here, in words: {@code compute capability 8.0, TensorRT 10.13.2}. */
    Set<String> others(EngineSpecification network) {
        Set<String> others = new TreeSet<>();
        try {
            for (String note : notes().values()) {
                if (field(note, EngineKey.NETWORK).equals(network.digest())) {
                    others.add("compute capability " + field(note, EngineKey.ARCHITECTURE) + ", TensorRT "
                            + field(note, EngineKey.VERSION));
                }
            }
        } catch (IOException e) {
            LOGGER.debug("{} cannot be read", folder, e);
        }
        return others;
    }

    private Map<Path, String> notes() throws IOException {
        Map<Path, String> notes = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return notes;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, NAMED)) {
            for (Path kept : folders) {
                if (Files.isRegularFile(kept.resolve(NOTE))) {
                    notes.put(kept, Files.readString(kept.resolve(NOTE)));
                }
            }
        }
        return notes;
    }

    /** Removes what is kept under a key, whole or not. */
    void remove(EngineKey key) throws IOException {
        Folders.delete(folder.resolve(key.folder()));
    }

    /** How long compiling a network took the last time, for whatever TensorRT, GPU and shapes; empty if it never was. */
    OptionalDouble latestSeconds(EngineSpecification specification) {
        FileTime latest = FileTime.fromMillis(0);
        OptionalDouble seconds = OptionalDouble.empty();
        try {
            for (Map.Entry<Path, String> kept : notes().entrySet()) {
                FileTime time = Files.getLastModifiedTime(kept.getKey().resolve(NOTE));
                if (field(kept.getValue(), EngineKey.NETWORK).equals(specification.digest())
                        && time.compareTo(latest) >= 0) {
                    latest = time;
                    seconds = OptionalDouble.of(Double.parseDouble(field(kept.getValue(), SECONDS)));
                }
            }
        } catch (IOException | NumberFormatException e) {
            LOGGER.debug("the times in {} cannot be read", folder, e);
        }
        return seconds;
    }

    /** TensorRT's timings of kernels, which make compiling again quicker; of one version and architecture. */
    Path timings(String version, String architecture) {
        return folder.resolve("timings-" + version + "-" + architecture);
    }

    private static String note(EngineKey key, String digest, EngineCompiler.Figures figures, double seconds) {
        return key.text()
                + String.format(
                        Locale.ROOT,
                        "%s %s\n%s %d\n%s %d\n%s %d\n%s %.3f\n",
                        DIGEST,
                        digest,
                        WEIGHTS,
                        figures.weights(),
                        ACTIVATIONS,
                        figures.activations(),
                        STREAMABLE,
                        figures.streamable(),
                        SECONDS,
                        seconds);
    }
}
