package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.IBuilderConfig;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IHostMemory;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IOptimizationProfile;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvinfer.ITimingCache;

/**
 * Compiles ONNX networks with TensorRT's builder. A graph that computes in 16 or 8 bits itself is compiled strongly typed,
 * exactly in the types that it carries, and so is any graph in {@code fp32}, without rounding to TF32. For a graph in 32
 * bits and the precision {@code fp16} or {@code bf16} TensorRT chooses for each layer between that and 32 bits. Inputs and
 * outputs keep the types that the ONNX file gives them.
 */
final class TrtCompiler implements EngineCompiler {
    private static final int WRITTEN_AT_ONCE = 1 << 28;
    // a network that takes more than this part of the GPU's memory may have to stream its weights
    private static final int STREAMED_SHARE = 3;

    private final TrtEngine engine;
    private final long workspace;

    /** @param workspace the most GPU memory that one layer may use for itself, in bytes; 0 for TensorRT's default, all */
    TrtCompiler(TrtEngine engine, long workspace) {
        this.engine = engine;
        this.workspace = workspace;
    }

    @Override
    public Figures compile(EngineSpecification specification, Path plan, Path timings)
            throws ExecutorException, IOException {
        engine.driver().enter();
        IBuilder builder = nvinfer.createInferBuilder(engine.logger());
        if (TrtObjects.isMissing(builder)) {
            throw failed(specification, "createInferBuilder");
        }
        IBuilderConfig config = builder.createBuilderConfig();
        ITimingCache known = readTimings(config, timings);
        ParsedNetwork network = null;
        IHostMemory serialized = null;
        try {
            network = ParsedNetwork.parse(engine, builder, specification);
            configure(specification, builder, network, config);
            serialized = builder.buildSerializedNetwork(network.definition(), config);
            if (TrtObjects.isMissing(serialized)) {
                throw failed(specification, "building");
            }
            write(serialized, plan);
            writeTimings(config, timings);
            return figures(specification, serialized);
        } finally {
            TrtObjects.delete(serialized);
            if (network != null) {
                network.close();
            }
            TrtObjects.delete(known);
            TrtObjects.delete(config);
            TrtObjects.delete(builder);
        }
    }

    /** Loads what was compiled once, which also shows that it loads. */
    private Figures figures(EngineSpecification specification, IHostMemory serialized) throws ExecutorException {
        ICudaEngine loaded = engine.runtime().deserializeCudaEngine(serialized.data(), serialized.size());
        if (TrtObjects.isMissing(loaded)) {
            throw failed(specification, "loading the compiled network");
        }
        try {
            return new Figures(
                    loaded.getEngineStat(nvinfer.EngineStat.kTOTAL_WEIGHTS_SIZE),
                    loaded.getDeviceMemorySizeV2(),
                    loaded.getStreamableWeightsSize());
        } finally {
            TrtObjects.delete(loaded);
        }
    }

    private void configure(
            EngineSpecification specification, IBuilder builder, ParsedNetwork network, IBuilderConfig config)
            throws ExecutorException {
        INetworkDefinition definition = network.definition();
        if (specification.precision().equals("fp32")) {
            config.clearFlag(nvinfer.BuilderFlag.kTF32);
        } else if (!network.stronglyTyped()) {
            config.setFlag(
                    specification.precision().equals("fp16") ? nvinfer.BuilderFlag.kFP16 : nvinfer.BuilderFlag.kBF16);
        }
        if (network.stronglyTyped()
                && weightBytes(specification) > engine.driver().totalMemory() / STREAMED_SHARE) {
            // costs some fusions, so only for networks that may have to
            config.setFlag(nvinfer.BuilderFlag.kWEIGHT_STREAMING);
        }
        if (workspace > 0) {
            config.setMemoryPoolLimit(nvinfer.MemoryPoolType.kWORKSPACE, workspace);
        }
        IOptimizationProfile profile = builder.createOptimizationProfile();
        for (int i = 0; i < definition.getNbInputs(); i++) {
            ITensor input = definition.getInput(i);
            ShapeRange range = specification.profile().get(input.getName());
            if (range == null) {
                range = fixed(specification, input);
            }
            set(profile, input.getName(), nvinfer.OptProfileSelector.kMIN, range.min());
            set(profile, input.getName(), nvinfer.OptProfileSelector.kOPT, range.opt());
            set(profile, input.getName(), nvinfer.OptProfileSelector.kMAX, range.max());
        }
        if (!profile.isValid() || config.addOptimizationProfile(profile) < 0) {
            throw failed(specification, "the shape profile " + specification.profile());
        }
    }

    private static ShapeRange fixed(EngineSpecification specification, ITensor input) throws ExecutorException {
        try (Dims64 dimensions = input.getDimensions()) {
            List<Long> shape =
                    Arrays.stream(TrtSession.shape(dimensions)).boxed().toList();
            if (shape.stream().anyMatch(extent -> extent < 0)) {
                throw new ExecutorException(
                        ExitCode.BAD_BUNDLE,
                        "bundle.json gives no TensorRT profile for the input \"" + input.getName() + "\" of "
                                + specification.network() + ", whose shape " + shape + " is open; add one.");
            }
            return new ShapeRange(shape, shape, shape);
        }
    }

    private static void set(
            IOptimizationProfile profile, String input, nvinfer.OptProfileSelector which, List<Long> shape) {
        try (Dims64 dimensions =
                TrtSession.dimensions(shape.stream().mapToLong(Long::longValue).toArray())) {
            // a wrong one shows in isValid
            profile.setDimensions(input, which, dimensions);
        }
    }

    private static ITimingCache readTimings(IBuilderConfig config, Path file) throws IOException {
        byte[] bytes = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
        try (BytePointer pointer = new BytePointer(bytes)) {
            ITimingCache timings = config.createTimingCache(pointer, bytes.length);
            if (!TrtObjects.isMissing(timings)) {
                config.setTimingCache(timings, false);
            }
            return timings;
        }
    }

    private static void writeTimings(IBuilderConfig config, Path file) throws IOException {
        ITimingCache timings = config.getTimingCache();
        if (TrtObjects.isMissing(timings)) {
            return;
        }
        IHostMemory serialized = timings.serialize();
        Path staged = Files.createTempFile(file.getParent(), ".timings-", "");
        try {
            write(serialized, staged);
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            TrtObjects.delete(serialized);
            Files.deleteIfExists(staged);
        }
    }

    private static void write(IHostMemory memory, Path file) throws IOException {
        long size = memory.size();
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            Pointer data = memory.data();
            for (long done = 0; done < size; done += WRITTEN_AT_ONCE) {
                long end = Math.min(size, done + WRITTEN_AT_ONCE);
                ByteBuffer part =
                        new BytePointer(data).position(done).limit(end).asBuffer();
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
            channel.force(true);
        }
    }

    /** The graph and what lies beside it; about the weights. */
    private static long weightBytes(EngineSpecification specification) {
        Path graph = specification.file();
        try (Stream<Path> files = Files.list(graph.getParent())) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                String prefix = graph.getFileName().toString();
                bytes += name.equals(prefix) || name.startsWith(prefix + ".") || name.startsWith(prefix + "_")
                        ? Files.size(file)
                        : 0;
            }
            return bytes;
        } catch (IOException e) {
            return 0;
        }
    }

    private ExecutorException failed(EngineSpecification specification, String what) {
        RuntimeException cause = engine.logger().failure(what);
        return new ExecutorException(
                cause instanceof DeviceMemoryException ? ExitCode.MACHINE_UNSUITABLE : ExitCode.FAILED,
                "TensorRT cannot compile " + specification.network() + " (" + cause.getMessage()
                        + "); free memory on the GPU, correct the profile, or choose the backend onnxruntime.",
                cause);
    }
}
