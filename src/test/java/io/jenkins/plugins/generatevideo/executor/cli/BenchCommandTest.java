package io.jenkins.plugins.generatevideo.executor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    @TempDir
    private Path temporary;

    @Test
    void runsANetworkAndComparesItsOutput() throws Exception {
        Path given = floats("x.f32", 0.1f, 17, 500, -3);
        Path expected = floats("y.f32", 0.1015625f, 16, 448, -4);
        ExecutorProcess process = ExecutorProcess.run(
                temporary.resolve("cache"),
                "bench",
                "network",
                "src/test/resources/networks/float8.onnx",
                "--input=x=4=" + given,
                "--expect=" + expected,
                "--backend=onnxruntime",
                "--repeat=2");

        assertThat(process.exitCode()).as(process.messages()).isZero();
        JsonNode answer = new ObjectMapper().readTree(process.output().get(0));
        assertThat(answer.at("/runs").asInt()).isEqualTo(2);
        assertThat(answer.at("/largestDifference").asDouble()).isEqualTo(1);
        assertThat(answer.at("/backend/name").asText()).isEqualTo("onnxruntime");
    }

    @Test
    void saysWhatIsWrongWithAnInput() throws Exception {
        Path given = floats("x.f32", 1, 2, 3);
        ExecutorProcess process = ExecutorProcess.run(
                temporary.resolve("cache"),
                "bench",
                "network",
                "src/test/resources/networks/float8.onnx",
                "--input=x=2x2=" + given);

        assertThat(process.exitCode()).isEqualTo(2);
        assertThat(process.messages()).contains("needs 4 elements, not 3");
    }

    private Path floats(String name, float... values) throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return Files.write(temporary.resolve(name), bytes.array());
    }
}
