package io.jenkins.plugins.generatevideo.executor.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Two videos that belong together.
 *
 * @param name what they are called in reports; for folders the path within them, without the extension, and without a
 *     last part {@value #OWN_FOLDER}, as {@code generate} calls the video that has a folder of its own
 * @param baseline the video that is the measure, or {@code null} if only the candidate is there
 * @param candidate the video that is judged, or {@code null} if only the baseline is there
 */
public record ClipPair(String name, Path baseline, Path candidate) {
    private static final String OWN_FOLDER = "clip";
    private static final Set<String> VIDEOS = Set.of("mp4", "m4v", "mov", "webm", "mkv", "avi", "y4m");

    /**
     * Finds the pairs of a clip and a clip, a manifest and a manifest, or a folder and a folder.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if there is nothing to compare
     */
    public static List<ClipPair> find(Path baseline, Path candidate) throws ExecutorException {
        for (Path path : List.of(baseline, candidate)) {
            if (!Files.exists(path)) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "There is no file or folder \"" + path + "\" to compare: check the path.");
            }
        }
        if (Files.isDirectory(baseline) != Files.isDirectory(candidate)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "A folder cannot be compared with a file (\"" + baseline + "\", \"" + candidate
                            + "\"): give two folders or two files.");
        }
        if (!Files.isDirectory(baseline)) {
            Path first = video(baseline);
            Path second = video(candidate);
            return List.of(new ClipPair(withoutExtension(second.getFileName().toString()), first, second));
        }
        return inFolders(baseline, candidate);
    }

    private static List<ClipPair> inFolders(Path baseline, Path candidate) throws ExecutorException {
        Map<String, Path> first = videosIn(baseline);
        Map<String, Path> second = videosIn(candidate);
        if (first.isEmpty() || second.isEmpty()) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The folder \"" + (first.isEmpty() ? baseline : candidate)
                            + "\" has no video in it: give a folder with clips.");
        }
        Set<String> names = new TreeSet<>(first.keySet());
        names.addAll(second.keySet());
        List<ClipPair> pairs = new ArrayList<>();
        for (String name : names) {
            pairs.add(new ClipPair(name, first.get(name), second.get(name)));
        }
        return pairs;
    }

    private static Map<String, Path> videosIn(Path folder) throws ExecutorException {
        Map<String, Path> videos = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(ClipPair::isVideo)::iterator) {
                String relative = folder.relativize(file).toString().replace('\\', '/');
                Path before = videos.put(name(relative), file);
                if (before != null) {
                    throw new ExecutorException(
                            ExitCode.BAD_REQUEST,
                            "\"" + before + "\" and \"" + file
                                    + "\" have the same name in a comparison: leave one of them.");
                }
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The folder \"" + folder + "\" cannot be read (" + e.getMessage() + "): check its permissions.",
                    e);
        }
        return videos;
    }

    private static boolean isVideo(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".")
                && VIDEOS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT))
                && Files.isRegularFile(file);
    }

    private static String name(String relative) {
        String name = withoutExtension(relative);
        return name.endsWith("/" + OWN_FOLDER) ? name.substring(0, name.length() - OWN_FOLDER.length() - 1) : name;
    }

    private static String withoutExtension(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }

    /** The file itself, or the video that a manifest names. */
    private static Path video(Path file) throws ExecutorException {
        if (!file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            return file;
        }
        String name = "";
        try {
            JsonNode manifest = new ObjectMapper().readTree(file.toFile());
            name = manifest.path("clip").path("file").asText();
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The manifest \"" + file + "\" cannot be read (" + e.getMessage() + "): give a clip.json.",
                    e);
        }
        Path video = file.resolveSibling(name).normalize();
        // A manifest names a file beside it, and nothing else on this machine.
        if (name.isEmpty() || name.contains("/") || name.contains("\\") || !Files.isRegularFile(video)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The manifest \"" + file + "\" names no video beside it (clip.file is \"" + name
                            + "\"): keep clip.json and clip.mp4 together.");
        }
        return video;
    }
}
