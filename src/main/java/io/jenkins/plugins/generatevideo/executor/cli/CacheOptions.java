package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import java.nio.file.Path;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Where results are kept across runs, and how many. */
final class CacheOptions {
    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "A folder where prompt embeddings, scene templates and finished clips are kept and found"
                    + " again; several processes may share it. Default none.")
    private Path folder;

    @Option(
            names = "--cache-limit",
            paramLabel = "MB",
            defaultValue = "2000",
            description =
                    "What the cache may hold; what was used least recently goes first. Default" + " ${DEFAULT-VALUE}.")
    private int limit;

    /** Whether a folder was named. */
    boolean isUsed() {
        return folder != null;
    }

    /**
     * @param warnings takes a sentence when something cannot be kept
     * @return to be closed by the caller; null if no folder was named
     */
    ContentStore open(Consumer<String> warnings) throws ExecutorException {
        if (limit < 1) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, "--cache-limit must be 1 or more.");
        }
        return folder == null ? null : new ContentStore(folder, limit, warnings);
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
