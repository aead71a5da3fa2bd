package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Gives a network's engine: the one that is kept if it fits, else a new one, which is kept then. */
final class CompiledEngines {
    private static final long HEARTBEAT_SECONDS = 10;

    private final EngineCache cache;
    private final EngineCompiler compiler;
    private final String version;
    private final String architecture;
    private final Duration limit;
    private final Consumer<String> messages;

    /**
     * @param limit the longest that compiling one network may take
     * @param messages told what is compiled and how long it takes, in whole sentences
     */
    CompiledEngines(
            EngineCache cache,
            EngineCompiler compiler,
            String version,
            String architecture,
            Duration limit,
            Consumer<String> messages) {
        this.cache = cache;
        this.compiler = compiler;
        this.version = version;
        this.architecture = architecture;
        this.limit = limit;
        this.messages = messages;
    }

    /** The plan's file. */
    Path plan(EngineSpecification specification) throws ExecutorException {
        Optional<EngineCache.Entry> kept = cache.find(key(specification));
        return kept.isPresent() ? kept.get().plan() : compile(specification);
    }

    /** Compiles whether or not an engine is kept. */
    Path compile(EngineSpecification specification) throws ExecutorException {
        EngineKey key = key(specification);
        long begin = System.nanoTime();
        messages.accept(
                "Compiling " + specification.network() + " with TensorRT " + version + " for compute capability "
                        + architecture + " in " + specification.precision() + "; this is done once.");
        try {
            Path staged = cache.stage();
            try {
                within(specification, () -> {
                    compiler.compile(specification, EngineCache.plan(staged), cache.timings(version, architecture));
                    return null;
                });
                EngineCache.Entry entry = cache.keep(key, staged, (System.nanoTime() - begin) / 1e9);
                messages.accept(
                        String.format(Locale.ROOT, "Compiled %s in %.0f s.", specification.network(), entry.seconds()));
                return entry.plan();
            } finally {
                EngineCache.discard(staged);
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "The compiled network " + specification.network() + " cannot be kept (" + e
                            + "); free space or name another folder in GENERATE_VIDEO_CACHE.",
                    e);
        }
    }

    private EngineKey key(EngineSpecification specification) {
        return new EngineKey(specification, version, architecture);
    }

    /** TensorRT cannot be stopped while it builds: past the limit its thread is left to itself, and ends with the process. */
    private void within(EngineSpecification specification, Callable<Void> work) throws ExecutorException, IOException {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "compile-" + specification.network());
        thread.setDaemon(true);
        thread.start();
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = Math.min(end - System.nanoTime(), TimeUnit.SECONDS.toNanos(HEARTBEAT_SECONDS));
            try {
                task.get(Math.max(left, 0), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() >= end) {
                    throw new ExecutorException(
                            ExitCode.FAILED,
                            "Compiling " + specification.network() + " took longer than " + limit.toSeconds()
                                    + " s; allow more with \"bundle compile --time-limit\".");
                }
                messages.accept("Still compiling " + specification.network() + ", at most "
                        + TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime()) + " s more.");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExecutorException(
                        ExitCode.CANCELLED, "Cancelled while compiling " + specification.network() + ".", e);
            } catch (ExecutionException e) {
                rethrow(e.getCause());
            }
        }
    }

    private static void rethrow(Throwable cause) throws ExecutorException, IOException {
        if (cause instanceof ExecutorException known) {
            throw known;
        } else if (cause instanceof IOException io) {
            throw io;
        } else if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(cause);
    }
}
