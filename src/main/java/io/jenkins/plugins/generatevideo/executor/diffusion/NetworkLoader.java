package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.VerifiedFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/**
 * Loads a bundle's networks when they are first needed, or a little before, and keeps them, so that the next clip finds them
 * loaded. For one thread; it loads ahead on others.
 */
final class NetworkLoader implements AutoCloseable {
    private final EngineBundle bundle;
    private final Backend backend;
    private final VerifiedFiles verified = new VerifiedFiles(NativeLibraries.cacheFolder());
    private final Map<String, Future<Network>> networks = new LinkedHashMap<>();
    private final ExecutorService ahead;
    private Placement placement = Placement.EVERYTHING;
    private long nanoseconds;

    NetworkLoader(EngineBundle bundle, Backend backend) {
        this.bundle = bundle;
        this.backend = backend;
        ahead = Executors.newFixedThreadPool(backend.loadsAtATime(), task -> {
            Thread thread = new Thread(task, "network-loader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Says from now on which networks stay loaded; none does that was loaded before. */
    void place(Placement chosen) throws ExecutorException {
        release(Set.copyOf(networks.keySet()));
        placement = chosen;
    }

    /** Begins to load a network that will be needed soon, if it may lie beside those that are loaded. */
    void prepare(String name) {
        if (networks.isEmpty() || placement.loadsAhead()) {
            begin(name);
        }
    }

    private void begin(String name) {
        networks.computeIfAbsent(name, missing -> ahead.submit(() -> load(missing)));
    }

    /**
     * A network, loaded; those that may not lie beside it are dropped before.
     *
     * @param name one of the bundle's networks
     * @throws ExecutorException {@code BAD_BUNDLE} if its file is altered or its ports are not what they should be
     */
    Network get(String name) throws ExecutorException {
        long begin = System.nanoTime();
        release(networks.keySet().stream()
                .filter(other -> !placement.keeps(other, name) && !other.equals(name))
                .collect(Collectors.toSet()));
        begin(name);
        try {
            return networks.get(name).get();
        } catch (ExecutionException e) {
            networks.remove(name);
            if (e.getCause() instanceof ExecutorException known) {
                throw known;
            }
            throw new IllegalStateException("The network " + name + " cannot be loaded", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while the network " + name + " was loading.", e);
        } finally {
            nanoseconds += System.nanoTime() - begin;
        }
    }

    private Network load(String name) throws ExecutorException {
        bundle.verifyFilesOnce(bundle.filesOf(List.of(name)), verified, ProgressListener.NONE);
        Network network = backend.load(bundle.file(name), placement.weightBudget());
        boolean good = false;
        try {
            bundle.verifyPorts(name, network);
            good = true;
            return network;
        } finally {
            if (!good) {
                network.close();
            }
        }
    }

    /** The time that was spent waiting for networks so far, in seconds. */
    double seconds() {
        return nanoseconds / 1e9;
    }

    private void release(Set<String> names) throws ExecutorException {
        for (String name : names) {
            try {
                networks.remove(name).get().close();
            } catch (ExecutionException | CancellationException e) {
                // It was never there; whoever wanted it has been told.
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while networks were dropped.", e);
            }
        }
    }

    @Override
    public void close() {
        // What was not begun is not needed any more; what was is waited for, since it must not run while the process
        // ends.
        ahead.shutdownNow().forEach(load -> ((Future<?>) load).cancel(false));
        try {
            release(Set.copyOf(networks.keySet()));
        } catch (ExecutorException e) {
            // the process ends, and what is loaded with it
            LoggerFactory.getLogger(NetworkLoader.class).debug("networks stay loaded", e);
        }
    }
}
