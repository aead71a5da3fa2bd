package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.Tensor;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.ShapeRange;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One network with fixed inputs, run again and again. */
record NetworkBench(Path file, Map<String, Tensor> inputs) {
    private static final int WARM_UP = 3;

    /** @param inputs each {@code NAME=2x3=FILE} */
    static NetworkBench of(Path file, List<String> inputs) throws ExecutorException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String input : inputs) {
            String[] parts = input.split("=", 3);
            if (parts.length != 3 || !parts[1].matches("[0-9]{1,9}(x[0-9]{1,9})*")) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST, "--input takes NAME=SHAPE=FILE, such as x=1x3=x.f32, not " + input + ".");
            }
            long[] shape = Arrays.stream(parts[1].split("x"))
                    .mapToLong(Long::parseLong)
                    .toArray();
            try {
                tensors.put(parts[0], new FloatTensor(shape, floats(Path.of(parts[2]))));
            } catch (IllegalArgumentException e) {
                throw new ExecutorException(ExitCode.BAD_REQUEST, input + ": " + e.getMessage() + ".", e);
            }
        }
        return new NetworkBench(file.toAbsolutePath(), tensors);
    }

    /** What TensorRT compiles: exactly these shapes. */
    EngineSpecification specification(String precision) throws ExecutorException {
        Map<String, ShapeRange> profile = inputs.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, input -> {
                    List<Long> shape =
                            Arrays.stream(input.getValue().shape()).boxed().toList();
                    return new ShapeRange(shape, shape, shape);
                }));
        String name = file.getFileName().toString().replaceFirst("\\.onnx$", "");
        try {
            return new EngineSpecification(
                    name, file, FileDigest.of(file, length -> {}), precision, profile, file.resolveSibling("engines"));
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, file + " cannot be read (" + e + "); name an ONNX file.", e);
        } catch (IllegalArgumentException e) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, e.getMessage() + ".", e);
        }
    }

    /** Runs it, and says in {@code answer} how long that took. */
    FloatTensor run(Network network, int repeat, Map<String, Object> answer) throws ExecutorException {
        double[] seconds = new double[Math.max(1, repeat)];
        FloatTensor output = null;
        for (int i = -Math.min(WARM_UP, repeat - 1); i < seconds.length; i++) {
            long begin = System.nanoTime();
            output = network.run(inputs).values().iterator().next();
            if (i >= 0) {
                seconds[i] = (System.nanoTime() - begin) / 1e9;
            }
        }
        Arrays.sort(seconds);
        answer.put("runs", seconds.length);
        answer.put("medianSeconds", seconds[seconds.length / 2]);
        answer.put("leastSeconds", seconds[0]);
        answer.put("outputShape", output.shape());
        return output;
    }

    /** Says in {@code answer} how far numbers are from those in a file. */
    static void compare(float[] values, Path file, Map<String, Object> answer) throws ExecutorException {
        float[] expected = floats(file);
        if (expected.length != values.length) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    file + " holds " + expected.length + " numbers, but the network gives " + values.length + ".");
        }
        double error = 0;
        double signal = 0;
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            double difference = (double) values[i] - expected[i];
            error += difference * difference;
            signal += (double) expected[i] * expected[i];
            largest = Math.max(largest, Math.abs(difference));
        }
        answer.put("largestDifference", largest);
        answer.put("relativeError", Math.sqrt(error / signal));
    }

    private static float[] floats(Path file) throws ExecutorException {
        byte[] bytes = BenchCommand.bytes(file);
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
        return values;
    }
}
