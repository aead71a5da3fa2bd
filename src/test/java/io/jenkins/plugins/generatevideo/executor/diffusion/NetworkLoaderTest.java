package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.generatevideo.executor.EmbeddedBundle;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NetworkLoaderTest {
    @Test
    @Timeout(60)
    void closingWaitsForTheNetworkThatIsBeingLoadedAndLoadsNoOther() throws Exception {
        EngineBundle bundle = EngineBundle.open(EmbeddedBundle.folder());
        try (LatchedBackend backend = new LatchedBackend()) {
            NetworkLoader loader = new NetworkLoader(bundle, backend);
            List.of("text_encoder", "transformer", "vae_decoder").forEach(loader::prepare);
            backend.loading.await();
            Thread closing = new Thread(loader::close);
            closing.start();
            while (closing.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            assertThat(closing.isAlive()).isTrue();
            backend.goOn.countDown();
            closing.join();
            assertThat(backend.loaded).containsExactly("text_encoder.onnx");
        }
    }

    /** Loads with ONNX Runtime, but not before it may. */
    private static final class LatchedBackend implements Backend {
        private final OnnxRuntimeBackend real = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard());
        private final CountDownLatch loading = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final List<String> loaded = new CopyOnWriteArrayList<>();

        @Override
        public Network load(Path file) {
            loading.countDown();
            boolean waiting = true;
            while (waiting) {
                try {
                    goOn.await();
                    waiting = false;
                } catch (InterruptedException e) {
                    // native code would not notice either
                    continue;
                }
            }
            loaded.add(file.getFileName().toString());
            try {
                return real.load(file);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public String version() {
            return real.version();
        }

        @Override
        public String device() {
            return real.device();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
