package io.jenkins.plugins.generatevideo.executor.diffusion;

/** Times the stages of a generation, each without the loading of networks that falls into it. */
final class Stopwatch {
    private final NetworkLoader networks;
    private final double loadedBefore;
    private long last = System.nanoTime();
    private double lastLoad;

    Stopwatch(NetworkLoader networks) {
        this.networks = networks;
        loadedBefore = networks.seconds();
        lastLoad = loadedBefore;
    }

    /** Seconds since the last lap, without loading. */
    double lap() {
        double load = networks.seconds();
        double lap = wholeLap() - (load - lastLoad);
        lastLoad = load;
        return lap;
    }

    /** Seconds since the last lap, loading included. */
    double wholeLap() {
        long now = System.nanoTime();
        double lap = (now - last) / 1e9;
        last = now;
        return lap;
    }

    /** Seconds of loading since this watch was started. */
    double loadSeconds() {
        return networks.seconds() - loadedBefore;
    }
}
