package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.Generation;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does on threads of its own what a generation will need, while the command is still being read or the bundle opened. What
 * fails here fails again where it is needed, and is told there.
 */
final class HeadStart {
    private static final Logger LOGGER = LoggerFactory.getLogger(HeadStart.class);

    private static final List<Thread> THREADS = new CopyOnWriteArrayList<>();

    private HeadStart() {}

    /** What is needed first: to read a bundle's manifest. */
    static void ofReading() {
        run(EngineBundle::warmUp);
    }

    /** What is needed once a clip is made, and not if it comes from the cache. */
    static void ofMaking() {
        run(Generation::warmUp);
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (ExecutorException | RuntimeException | LinkageError e) {
                        LOGGER.debug("a head start failed", e);
                    }
                },
                "head-start");
        thread.setDaemon(true);
        THREADS.add(thread);
        thread.start();
    }

    private interface Work {
        void run() throws ExecutorException;
    }

    /** Waits for what was begun: a process must not end while a library is being loaded, or it may crash. */
    static void await() {
        for (Thread thread : THREADS) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
