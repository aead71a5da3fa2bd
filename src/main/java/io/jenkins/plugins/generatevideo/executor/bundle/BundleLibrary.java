package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folders in which engine bundles lie, each in a folder of its name; earlier folders come first. */
public final class BundleLibrary {
    /** Names folders with bundles, separated as in {@code PATH}. */
    public static final String VARIABLE = "GENERATE_VIDEO_BUNDLES";

    private final List<Path> folders;

    /** @param folders folders that hold bundles; those that don't exist are passed over */
    public BundleLibrary(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /**
     * The library of a command: folders given to it, then those of {@value #VARIABLE}, then the embedded bundles.
     *
     * @param given folders from the command line
     * @param environment the process's environment
     * @param embedded {@code trt-engines} beside the program
     */
    public static BundleLibrary of(List<Path> given, Map<String, String> environment, Path embedded) {
        List<Path> folders = new ArrayList<>(given);
        for (String folder : environment.getOrDefault(VARIABLE, "").split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        folders.add(embedded);
        return new BundleLibrary(folders);
    }

    public List<Path> folders() {
        return folders;
    }

    /** Every bundle's folder by name. A name that stands in two folders means the one in the earlier. */
    public Map<String, Path> bundles() throws ExecutorException {
        Map<String, Path> bundles = new TreeMap<>();
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (Stream<Path> children = Files.list(folder)) {
                children.filter(child -> Files.isRegularFile(child.resolve(EngineBundle.MANIFEST_FILE)))
                        .forEach(
                                child -> bundles.putIfAbsent(child.getFileName().toString(), child));
            } catch (IOException e) {
                throw new ExecutorException(
                        ExitCode.BAD_BUNDLE,
                        "The folder of engine bundles " + folder + " cannot be read (" + e
                                + "); check its permissions.",
                        e);
            }
        }
        return bundles;
    }

    /**
     * Opens a bundle.
     *
     * @param nameOrFolder the name of a bundle in this library, or the path of a bundle's folder
     * @throws ExecutorException {@code BAD_BUNDLE} if there is none (with the names there are) or it is damaged
     */
    public EngineBundle open(String nameOrFolder) throws ExecutorException {
        return EngineBundle.open(find(nameOrFolder));
    }

    /**
     * The folder of a bundle or a recipe.
     *
     * @param nameOrFolder as for {@link #open}
     * @throws ExecutorException {@code BAD_BUNDLE} if there is none (with the names there are)
     */
    public Path find(String nameOrFolder) throws ExecutorException {
        Map<String, Path> bundles = bundles();
        if (bundles.containsKey(nameOrFolder)) {
            return bundles.get(nameOrFolder);
        }
        try {
            Path folder = Path.of(nameOrFolder);
            boolean meantAsPath = nameOrFolder.contains("/") || nameOrFolder.contains(File.separator);
            if (meantAsPath || Files.isRegularFile(folder.resolve(EngineBundle.MANIFEST_FILE))) {
                return folder;
            }
        } catch (InvalidPathException e) {
            throw missing(nameOrFolder, bundles);
        }
        throw missing(nameOrFolder, bundles);
    }

    private ExecutorException missing(String name, Map<String, Path> bundles) {
        String there = bundles.isEmpty() ? "no engine bundle at all" : "the engine bundles " + bundles.keySet();
        return new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "There is no engine bundle \"" + name + "\": " + folders + " hold " + there
                        + "; name one of them or a bundle's folder, or set " + VARIABLE + ".");
    }
}
