package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loads a bundle's networks when they are first needed and keeps them, so that the next clip finds them loaded. */
final class NetworkLoader implements AutoCloseable {
    private final EngineBundle bundle;
    private final Backend backend;
    private final Map<String, Network> loaded = new LinkedHashMap<>();
    private long nanoseconds;

    NetworkLoader(EngineBundle bundle, Backend backend) {
        this.bundle = bundle;
        this.backend = backend;
    }

    /**
     * @param name one of the bundle's networks
     * @throws ExecutorException {@code BAD_BUNDLE} if its file is altered or its ports are not what they should be
     */
    Network get(String name) throws ExecutorException {
        Network network = loaded.get(name);
        if (network == null) {
            long begin = System.nanoTime();
            bundle.verifyFiles(bundle.filesOf(List.of(name)), ProgressListener.NONE);
            network = backend.load(bundle.file(name));
            loaded.put(name, network);
            bundle.verifyPorts(name, network);
            nanoseconds += System.nanoTime() - begin;
        }
        return network;
    }

    /** Frees a network; the next {@link #get} loads it again. */
    void drop(String name) {
        Network network = loaded.remove(name);
        if (network != null) {
            network.close();
        }
    }

    /** The time that loading has taken so far, in seconds. */
    double seconds() {
        return nanoseconds / 1e9;
    }

    @Override
    public void close() {
        loaded.values().forEach(Network::close);
        loaded.clear();
    }
}
