package io.jenkins.plugins.generatevideo.executor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the reference data: in the folder that the system property {@code golden.dir} names, else in {@code
 * ../shared/golden}, else in the copy that travels with the tests. Never finds nothing silently.
 */
public final class GoldenData {
    private static final Path BESIDE_REPOSITORY = Path.of("..", "shared", "golden");
    private static final Path COPY = Path.of("src", "test", "resources", "golden");

    private GoldenData() {}

    /**
     * A folder of reference data.
     *
     * @param subfolder its name, for example {@code samplers}
     * @throws AssertionError if it is in none of the places, or not where {@code golden.dir} points
     */
    public static Path directory(String subfolder) {
        Path directory = find(subfolder);
        if (!Files.isDirectory(directory)) {
            throw new AssertionError(directory.toAbsolutePath() + " is no folder of reference data");
        }
        return directory;
    }

    /**
     * A file of reference data.
     *
     * @param name its name under the reference folder, for example {@code torch-randn.json}
     * @throws AssertionError if it is in none of the places, or not where {@code golden.dir} points
     */
    public static Path file(String name) {
        Path file = find(name);
        if (!Files.isRegularFile(file)) {
            throw new AssertionError(file.toAbsolutePath() + " is no file of reference data");
        }
        return file;
    }

    private static Path find(String name) {
        String chosen = System.getProperty("golden.dir", "");
        List<Path> places = chosen.isEmpty() ? List.of(BESIDE_REPOSITORY, COPY) : List.of(Path.of(chosen));
        return places.stream()
                .map(place -> place.resolve(name))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no reference data " + name + " in " + places
                        + "; set -Dgolden.dir to the folder that holds it"));
    }
}
