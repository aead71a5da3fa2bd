package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compiled networks that travel with a bundle: {@code engines/KEY/engine.plan}, and beside it {@code engine.txt}, which says
 * what the plan was made of, for which GPU, and its SHA-256. {@code bundle.json} does not name them: they can be made again
 * from what it names.
 */
public final class PackedEngines {
    public static final String FOLDER = "engines";
    static final String PLAN = "engine.plan";
    static final String NOTE = "engine.txt";

    private static final Pattern PATH = Pattern.compile(FOLDER + "/([A-Za-z0-9_-]{1,128})/engine\\.(plan|txt)");
    // real ones have a few hundred bytes
    private static final int NOTE_LIMIT = 1 << 16;

    private PackedEngines() {}

    /** Whether a file of an archive can belong to an engine. */
    static boolean isPath(String path) {
        return PATH.matcher(path).matches();
    }

    /** The files of engines by their paths in an archive, sorted. */
    static Map<String, Path> files(Map<String, Path> engines) {
        Map<String, Path> files = new TreeMap<>();
        engines.forEach((name, folder) -> {
            files.put(FOLDER + "/" + name + "/" + PLAN, folder.resolve(PLAN));
            files.put(FOLDER + "/" + name + "/" + NOTE, folder.resolve(NOTE));
        });
        return files;
    }

    /**
     * Says what is wrong with the engines of an unpacked archive.
     *
     * @param digests of all files that were unpacked, by their paths
     * @return a part of a sentence, or null if every engine is whole and one of a network of this bundle
     */
    static String problem(EngineBundle bundle, Map<String, String> digests) throws IOException, ExecutorException {
        Set<String> networks = new HashSet<>();
        for (String network : bundle.manifest().networks().keySet()) {
            networks.add(bundle.networkDigest(network));
        }
        for (String path : digests.keySet()) {
            Matcher matcher = PATH.matcher(path);
            if (!matcher.matches()) {
                continue;
            }
            String engine = FOLDER + "/" + matcher.group(1) + "/";
            if (!digests.containsKey(engine + PLAN) || !digests.containsKey(engine + NOTE)) {
                return "holds \"" + path + "\" without the other half of the engine";
            }
            Path note = bundle.folder().resolve(engine + NOTE);
            String text = Files.size(note) > NOTE_LIMIT ? "" : Files.readString(note);
            if (!networks.contains(field(text, "network"))) {
                return "holds \"" + path + "\", which is no engine of one of its networks";
            }
            if (!digests.get(engine + PLAN).equals(field(text, "plan"))) {
                return "holds \"" + engine + PLAN + "\" with another SHA-256 than its engine.txt says";
            }
        }
        return null;
    }

    /** What stands in a note after a word, or nothing. */
    public static String field(String note, String word) {
        return note.lines()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** Moves the engines of one folder of a bundle into that of another, unless they are there. */
    static void move(Path from, Path to) throws IOException {
        Path source = from.resolve(FOLDER);
        if (!Files.isDirectory(source)) {
            return;
        }
        Path target = Files.createDirectories(to.resolve(FOLDER));
        try (Stream<Path> engines = Files.list(source)) {
            for (Path engine : engines.toList()) {
                try {
                    Files.move(engine, target.resolve(engine.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
                } catch (FileSystemException e) {
                    if (!Files.isDirectory(target.resolve(engine.getFileName().toString()))) {
                        throw e;
                    }
                }
            }
        }
    }
}
