package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.util.StringJoiner;
import org.bytedeco.tensorrt.global.nvinfer;
import org.bytedeco.tensorrt.global.nvonnxparser;
import org.bytedeco.tensorrt.nvinfer.IBuilder;
import org.bytedeco.tensorrt.nvinfer.ILayer;
import org.bytedeco.tensorrt.nvinfer.INetworkDefinition;
import org.bytedeco.tensorrt.nvonnxparser.IParser;

/**
 * An ONNX graph as TensorRT read it. The parser lives as long as the network, since the network's weights are its.
 *
 * @param stronglyTyped whether TensorRT computes exactly in the graph's types
 */
record ParsedNetwork(INetworkDefinition definition, IParser parser, boolean stronglyTyped) implements AutoCloseable {
    // ILogger::Severity::kWARNING
    private static final int WARNINGS = 2;

    /**
     * Reads a graph, strongly typed if that gives the precision that is asked for.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} with the parser's words if TensorRT cannot read it
     */
    static ParsedNetwork parse(TrtEngine engine, IBuilder builder, EngineSpecification specification)
            throws ExecutorException {
        ParsedNetwork typed = parse(engine, builder, specification, true);
        if (specification.precision().equals("fp32") || typed.computesInFewBits()) {
            return typed;
        }
        // its types are 32 bits throughout: TensorRT shall choose
        typed.close();
        return parse(engine, builder, specification, false);
    }

    private static ParsedNetwork parse(
            TrtEngine engine, IBuilder builder, EngineSpecification specification, boolean stronglyTyped)
            throws ExecutorException {
        int flags = stronglyTyped ? 1 << nvinfer.NetworkDefinitionCreationFlag.kSTRONGLY_TYPED.value : 0;
        INetworkDefinition definition = builder.createNetworkV2(flags);
        IParser parser = nvonnxparser.createParser(definition, engine.logger());
        ParsedNetwork network = new ParsedNetwork(definition, parser, stronglyTyped);
        if (parser.parseFromFile(specification.file().toString(), WARNINGS)) {
            return network;
        }
        StringJoiner words = new StringJoiner("; ");
        for (int i = 0; i < parser.getNbErrors(); i++) {
            words.add(parser.getError(i).desc());
        }
        network.close();
        throw new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "TensorRT cannot read the network " + specification.file() + " (" + words
                        + "); re-export it, or choose the backend onnxruntime.",
                engine.logger().failure("parsing"));
    }

    /**
     * Whether most matrix products and convolutions take 16-bit numbers, or some numbers are quantised. Weights that are
     * only stored in 16 bits and widened before use do not count.
     */
    private boolean computesInFewBits() {
        int all = 0;
        int few = 0;
        for (int i = 0; i < definition.getNbLayers(); i++) {
            ILayer layer = definition.getLayer(i);
            switch (layer.getType().intern()) {
                case kQUANTIZE, kDEQUANTIZE, kDYNAMIC_QUANTIZE -> {
                    return true;
                }
                case kMATRIX_MULTIPLY, kCONVOLUTION, kDECONVOLUTION, kEINSUM -> {
                    all++;
                    few += layer.getInput(0).getType().intern() == nvinfer.DataType.kFLOAT ? 0 : 1;
                }
                default -> {
                    // the other layers follow these
                }
            }
        }
        return 2 * few > all;
    }

    @Override
    public void close() {
        TrtObjects.deleteParser(parser);
        TrtObjects.delete(definition);
    }
}
