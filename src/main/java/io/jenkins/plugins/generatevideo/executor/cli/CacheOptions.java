package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where results are kept across runs, and how many. */
final class CacheOptions {
    /** What the folder is where the command line names none. */
    private static final String FOLDER_VARIABLE = "GENERATE_VIDEO_RESULTS";

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "A folder where prompt embeddings, scene templates and finished clips are kept and found"
                    + " again; several processes may share it. Default $GENERATE_VIDEO_RESULTS, else none.")
    private Path folder;

    @Option(
            names = "--cache-limit",
            paramLabel = "MB",
            defaultValue = "2000",
            description = "What the cache may hold, 0 for no cache; what was used least recently goes first. Default"
                    + " ${DEFAULT-VALUE}.")
    private int limit;

    /** Whether a folder was named on the command line. */
    boolean isNamed() {
        return folder != null;
    }

    /**
     * @param warnings takes a sentence when something cannot be kept
     * @return to be closed by the caller; null if there is no cache
     */
    ContentStore open(Consumer<String> warnings) throws ExecutorException {
        if (limit < 0) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, "--cache-limit must be 0 or more.");
        }
        return isUsed() ? new ContentStore(folder().orElseThrow(), limit, warnings) : null;
    }

    /** Whether there is a cache. */
    boolean isUsed() {
        return folder().isPresent() && limit != 0;
    }

    private Optional<Path> folder() {
        String standard = System.getenv(FOLDER_VARIABLE);
        return Optional.ofNullable(
                folder != null || standard == null || standard.isBlank() ? folder : Path.of(standard));
    }

    /** As {@link #open}, for a command that has nothing to do without a cache. */
    ContentStore openNeeded(Consumer<String> warnings) throws ExecutorException {
        ContentStore store = open(warnings);
        if (store == null) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "Say with --cache DIR in which cache the scene templates are.");
        }
        return store;
    }
}
