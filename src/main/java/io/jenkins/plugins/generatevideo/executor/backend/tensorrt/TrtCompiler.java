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
import java.util.StringJoiner;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.global.nvonnxparser;
import org.bytedeco.tensorrt.nvinfer.Dims64;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.IBuilderConfig;
import org.bytedeco.tensorrt.nvinfer.ICudaEngine;
import org.bytedeco.tensorrt.nvinfer.IHostMemory;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvinfer.IOptimizationProfile;
import org.bytedeco.tensorrt.nvinfer.ITensor;
import org.bytedeco.tensorrt.nvinfer.ITimingCache;
import org.bytedeco.tensorrt.nvonnxparser.IParser;

/**
 * Compiles ONNX networks with TensorRT's builder. In {@code fp16} and {@code bf16} TensorRT chooses for each layer between
 * that precision and 32 bits; in {@code fp32} it may not round to TF32 either. Inputs and outputs keep the types that the
 * ONNX file gives them.
 */
final class TrtCompiler implements EngineCompiler {
    private static final int WRITTEN_AT_ONCE = 1 << 28;

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
        INetworkDefinition network = builder.createNetworkV2(0);
        IBuilderConfig config = builder.createBuilderConfig();
        ITimingCache known = readTimings(config, timings);
        IHostMemory serialized = null;
        try {
            IParser parser = nvonnxparser.createParser(network, engine.logger());
            if (!parser.parseFromFile(specification.file().toString(), 2)) {
                throw unreadable(specification, parser);
            }
            configure(specification, builder, network, config);
            serialized = builder.buildSerializedNetwork(network, config);
            if (TrtObjects.isMissing(serialized)) {
                throw failed(specification, "building");
            }
            write(serialized, plan);
            writeTimings(config, timings);
            return figures(specification, serialized);
        } finally {
            TrtObjects.delete(serialized);
            TrtObjects.delete(known);
            TrtObjects.delete(config);
            TrtObjects.delete(network);
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
            return new Figures(loaded.getDeviceMemorySizeV2(), loaded.getStreamableWeightsSize());
        } finally {
            TrtObjects.delete(loaded);
        }
    }

    private void configure(
            EngineSpecification specification, IBuilder builder, INetworkDefinition network, IBuilderConfig config)
            throws ExecutorException {
        switch (specification.precision()) {
            case "fp16" -> config.setFlag(nvinfer.BuilderFlag.kFP16);
            case "bf16" -> config.setFlag(nvinfer.BuilderFlag.kBF16);
            default -> config.clearFlag(nvinfer.BuilderFlag.kTF32);
        }
        if (workspace > 0) {
            config.setMemoryPoolLimit(nvinfer.MemoryPoolType.kWORKSPACE, workspace);
        }
        IOptimizationProfile profile = builder.createOptimizationProfile();
        for (int i = 0; i < network.getNbInputs(); i++) {
            ITensor input = network.getInput(i);
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

    private ExecutorException unreadable(EngineSpecification specification, IParser parser) {
        StringJoiner words = new StringJoiner("; ");
        for (int i = 0; i < parser.getNbErrors(); i++) {
            words.add(parser.getError(i).desc());
        }
        return new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "TensorRT cannot read the network " + specification.file() + " (" + words
                        + "); re-export it, or choose the backend onnxruntime.",
                engine.logger().failure("parsing"));
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
