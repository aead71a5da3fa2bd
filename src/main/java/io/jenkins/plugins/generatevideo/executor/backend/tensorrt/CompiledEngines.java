package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.files.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gives a network's engine: the one that is kept if it fits, else a new one, which is kept then. */
final class CompiledEngines {
    private static final long LOOK_SECONDS = 1;
    private static final long WORD_SECONDS = 60;

    private final EngineCache cache;
    private final EngineCompiler compiler;
    private final String version;
    private final String architecture;
    private final Duration limit;
    private final CompileObserver observer;

    /**
     * @param limit the longest that compiling one network may take
     * @param observer told what is compiled and how long it takes
     */
    CompiledEngines(
            EngineCache cache,
            EngineCompiler compiler,
            String version,
            String architecture,
            Duration limit,
            CompileObserver observer) {
        this.cache = cache;
        this.compiler = compiler;
        this.version = version;
        this.architecture = architecture;
        this.limit = limit;
        this.observer = observer;
    }

    /** What is kept for a network or came with its bundle, and fits, if anything. */
    Optional<EngineCache.Entry> find(EngineSpecification specification) throws ExecutorException {
        Optional<EngineCache.Entry> kept = cache.find(key(specification));
        return kept.isPresent() ? kept : new EngineCache(specification.shipped()).find(key(specification));
    }

    /** The engine that is kept, else a new one. */
    EngineCache.Entry engine(EngineSpecification specification) throws ExecutorException {
        Optional<EngineCache.Entry> kept = find(specification);
        return kept.isPresent() ? kept.get() : compile(specification);
    }

    /** Compiles in any case; what was kept is replaced. */
    EngineCache.Entry renew(EngineSpecification specification) throws ExecutorException {
        try {
            cache.remove(key(specification));
        } catch (IOException e) {
            throw unkept(specification, e);
        }
        return compile(specification);
    }

    private EngineCache.Entry compile(EngineSpecification specification) throws ExecutorException {
        EngineKey key = key(specification);
        long begin = System.nanoTime();
        Set<String> shipped = new EngineCache(specification.shipped()).others(specification);
        if (!shipped.isEmpty()) {
            observer.said("The engines of " + specification.network() + " that came with the bundle are for "
                    + String.join("; ", shipped) + ", and this is compute capability " + architecture + ", TensorRT "
                    + version + ".");
        }
        OptionalDouble latest = cache.latestSeconds(specification);
        observer.said("Compiling " + specification.network() + " with TensorRT " + version + " for compute capability "
                + architecture + " in " + specification.precision() + "; "
                + (latest.isPresent()
                        ? String.format(Locale.ROOT, "it took %.0f s the last time.", latest.getAsDouble())
                        : "this is done once, and may take minutes."));
        try {
            Path staged = cache.stage();
            try {
                EngineCompiler.Figures figures = within(
                        specification,
                        () -> compiler.compile(
                                specification, EngineCache.plan(staged), cache.timings(version, architecture)));
                EngineCache.Entry entry = cache.keep(key, staged, figures, (System.nanoTime() - begin) / 1e9);
                observer.said(
                        String.format(Locale.ROOT, "Compiled %s in %.0f s.", specification.network(), entry.seconds()));
                return entry;
            } finally {
                Folders.delete(staged);
            }
        } catch (IOException e) {
            throw unkept(specification, e);
        }
    }

    private static ExecutorException unkept(EngineSpecification specification, IOException e) {
        return new ExecutorException(
                ExitCode.MACHINE_UNSUITABLE,
                "The compiled network " + specification.network() + " cannot be kept (" + e
                        + "); free space or name another folder in GENERATE_VIDEO_CACHE.",
                e);
    }

    private EngineKey key(EngineSpecification specification) {
        return new EngineKey(specification, version, architecture);
    }

    /** TensorRT cannot be stopped while it builds: past the limit its thread is left to itself, and ends with the process. */
    private EngineCompiler.Figures within(EngineSpecification specification, Callable<EngineCompiler.Figures> work)
            throws ExecutorException, IOException {
        FutureTask<EngineCompiler.Figures> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "compile-" + specification.network());
        thread.setDaemon(true);
        thread.start();
        long end = System.nanoTime() + limit.toNanos();
        long word = System.nanoTime() + TimeUnit.SECONDS.toNanos(WORD_SECONDS);
        while (true) {
            long left = Math.min(end - System.nanoTime(), TimeUnit.SECONDS.toNanos(LOOK_SECONDS));
            observer.compiling(specification.network());
            try {
                return task.get(Math.max(left, 0), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() >= end) {
                    throw new ExecutorException(
                            ExitCode.FAILED,
                            "Compiling " + specification.network() + " took longer than " + limit.toSeconds()
                                    + " s; allow more with \"bundle compile --time-limit\".");
                }
                if (System.nanoTime() >= word) {
                    word += TimeUnit.SECONDS.toNanos(WORD_SECONDS);
                    observer.said("Still compiling " + specification.network() + ", at most "
                            + TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime()) + " s more.");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExecutorException(
                        ExitCode.CANCELLED, "Cancelled while compiling " + specification.network() + ".", e);
            } catch (ExecutionException e) {
                throw rethrown(e.getCause());
            }
        }
    }

    private static RuntimeException rethrown(Throwable cause) throws ExecutorException, IOException {
        if (cause instanceof ExecutorException known) {
            throw known;
        } else if (cause instanceof IOException io) {
            throw io;
        } else if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }
}
