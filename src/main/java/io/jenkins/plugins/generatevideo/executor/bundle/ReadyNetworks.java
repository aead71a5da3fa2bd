package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Finds networks that other tools have made, as ONNX files or TensorRT engines: {@code NETWORK.onnx}, or a folder {@code
 * NETWORK} as NVIDIA's demoDiffusion writes it ({@code model_optimized.onnx}, {@code engine_trtVERSION.plan}). A folder
 * belongs to its network whole, since large weights stand in further files beside the graph.
 */
final class ReadyNetworks {
    // onnx/PIPELINE/NETWORK/model_optimized.onnx is the deepest that demoDiffusion writes
    private static final int DEPTH = 4;
    private static final List<String> GRAPHS =
            List.of("engine_trt*.plan", "*.plan", "*.engine", "model_optimized.onnx", "model.onnx", "*.onnx");

    private ReadyNetworks() {}

    /**
     * One network's files.
     *
     * @param folder the folder that the files' paths start from
     * @param graph the ONNX file or engine
     * @param files all that belongs to it
     */
    record Ready(Path folder, Path graph, List<Path> files) {}

    /**
     * @param folder where to look
     * @param names the networks that are wanted
     * @return those that are there, by name
     */
    static Map<String, Ready> find(Path folder, List<String> names) throws ExecutorException {
        Map<String, Ready> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder, DEPTH)) {
            List<Path> paths = all.sorted(
                            Comparator.comparingInt(Path::getNameCount).thenComparing(path -> path))
                    .toList();
            for (String name : names) {
                for (Path path : paths) {
                    Ready ready = Files.isDirectory(path) ? inFolder(path, name) : alone(path, name);
                    if (ready != null) {
                        found.put(name, ready);
                        break;
                    }
                }
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "The folder of networks " + folder + " cannot be read (" + e + "); name one that can.",
                    e);
        }
        return found;
    }

    private static Ready alone(Path file, String name) throws IOException {
        String own = file.getFileName().toString();
        if (!own.equals(name + ".onnx") && !own.equals(name + ".plan") && !own.equals(name + ".engine")) {
            return null;
        }
        try (Stream<Path> siblings = Files.list(file.getParent())) {
            List<Path> files = siblings.filter(sibling -> sibling.equals(file)
                            || sibling.getFileName().toString().startsWith(own + ".")
                            || sibling.getFileName().toString().startsWith(own + "_"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            return new Ready(file.getParent(), file, files);
        }
    }

    private static Ready inFolder(Path folder, String name) throws IOException {
        if (!folder.getFileName().toString().equals(name)) {
            return null;
        }
        try (Stream<Path> children = Files.list(folder)) {
            List<Path> files = new ArrayList<>(
                    children.filter(Files::isRegularFile).sorted().toList());
            for (String pattern : GRAPHS) {
                PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
                for (Path file : files) {
                    if (matcher.matches(file.getFileName())) {
                        return new Ready(folder.getParent(), file, files);
                    }
                }
            }
        }
        return null;
    }
}
