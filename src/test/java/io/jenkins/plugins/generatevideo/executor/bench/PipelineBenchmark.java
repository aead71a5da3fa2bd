package io.jenkins.plugins.generatevideo.executor.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.Tensor;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.ClipPlan;
import io.jenkins.plugins.generatevideo.executor.diffusion.DecodingMemory;
import io.jenkins.plugins.generatevideo.executor.diffusion.VideoPipeline;
import io.jenkins.plugins.generatevideo.executor.video.ClipFolder;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Times warm generations in one process and what of them is spent inside the networks: {@code bench/run.py} starts it.
 * Arguments: the bundle's folder, the number of generations. Prints one JSON object for each.
 */
public final class PipelineBenchmark {
    private PipelineBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        EngineBundle bundle = EngineBundle.open(Path.of(arguments[0]));
        int repetitions = Integer.parseInt(arguments[1]);
        ClipRequest request = new ClipRequest(
                "a red ball rolls from left to right across a green meadow",
                null,
                null,
                null,
                1L,
                null,
                null,
                null,
                null,
                null);
        ClipPlan plan = ClipPlan.of(request, bundle.manifest());
        try (TimedBackend backend = new TimedBackend(new OnnxRuntimeBackend(OnnxRuntimeOptions.standard()));
                VideoPipeline pipeline = new VideoPipeline(bundle, backend, DecodingMemory.available())) {
            for (int i = 0; i < repetitions; i++) {
                backend.nanoseconds = 0;
                long begin = System.nanoTime();
                VideoPipeline.Cost cost;
                double encoding;
                Path folder = Files.createTempDirectory("bench");
                try (ClipFolder files = new ClipFolder(
                        folder, plan.size().width(), plan.size().height(), plan.frames(), FrameRate.of(plan.fps()))) {
                    cost = pipeline.generate(plan, (stage, step, steps) -> {}, files::add);
                    long finishing = System.nanoTime();
                    files.finishVideo();
                    encoding = cost.sinkSeconds() + (System.nanoTime() - finishing) / 1e9;
                }
                Files.delete(folder);
                double total = (System.nanoTime() - begin) / 1e9;
                System.out.println(new ObjectMapper()
                        .writeValueAsString(Map.of(
                                "total", total,
                                "load", cost.loadSeconds(),
                                "text", cost.textEncoderSeconds(),
                                "denoise", cost.denoiseSeconds(),
                                "decode", cost.decodeSeconds(),
                                "encode", encoding,
                                "networks", backend.nanoseconds / 1e9)));
            }
        }
    }

    /** A backend that adds up the time inside its networks. */
    private static final class TimedBackend implements Backend {
        private final Backend backend;
        private long nanoseconds;

        TimedBackend(Backend backend) {
            this.backend = backend;
        }

        @Override
        public String name() {
            return backend.name();
        }

        @Override
        public String version() {
            return backend.version();
        }

        @Override
        public String device() {
            return backend.device();
        }

        @Override
        public Network load(Path file) throws ExecutorException {
            Network network = backend.load(file);
            return new Network() {
                @Override
                public List<Port> inputs() {
                    return network.inputs();
                }

                @Override
                public List<Port> outputs() {
                    return network.outputs();
                }

                @Override
                public Map<String, FloatTensor> run(Map<String, Tensor> inputs) throws ExecutorException {
                    long begin = System.nanoTime();
                    Map<String, FloatTensor> outputs = network.run(inputs);
                    nanoseconds += System.nanoTime() - begin;
                    return outputs;
                }

                @Override
                public void close() {
                    network.close();
                }
            };
        }

        @Override
        public void close() {
            backend.close();
        }
    }
}
