package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.executor.GoldenData;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TorchGeneratorTest {
    // A few units in the last place of a 32-bit float near the largest values drawn.
    private static final double TOLERANCE = 1e-6;

    @TestFactory
    Stream<DynamicTest> drawsWhatTorchDraws() throws IOException {
        JsonNode cases = reference().path("cases");
        assertThat(cases).isNotEmpty();
        return StreamSupport.stream(cases.spliterator(), false)
                .map(golden -> DynamicTest.dynamicTest(
                        "seed " + golden.path("seed").asText() + ", shape " + golden.path("shape"),
                        () -> compare(golden)));
    }

    private static void compare(JsonNode golden) {
        int count = golden.path("count").asInt();
        float[] drawn = new TorchGenerator(golden.path("seed").asLong()).randn(count);
        JsonNode first = golden.path("first");
        JsonNode last = golden.path("last");
        assertClose(Arrays.copyOf(drawn, first.size()), first);
        assertClose(Arrays.copyOfRange(drawn, count - last.size(), count), last);
        if (golden.has("values")) {
            assertClose(drawn, golden.path("values"));
        }
        double sum = 0;
        double sumOfSquares = 0;
        for (float value : drawn) {
            sum += value;
            sumOfSquares += (double) value * value;
        }
        double spread = TOLERANCE * Math.sqrt(count);
        assertThat(sum).isCloseTo(golden.path("sum").asDouble(), within(spread));
        assertThat(sumOfSquares).isCloseTo(golden.path("sumOfSquares").asDouble(), within(10 * spread));
    }

    @Test
    void drawsOnFromWhereTheLastDrawEnded() throws IOException {
        JsonNode consecutive = reference().path("consecutive");
        TorchGenerator generator = new TorchGenerator(consecutive.path("seed").asLong());
        JsonNode draws = consecutive.path("draws");
        assertThat(draws).hasSizeGreaterThan(1);
        for (JsonNode draw : draws) {
            assertClose(generator.randn(draw.size()), draw);
        }
    }

    @Test
    void keepsTheSecondOfAPairOfShortDrawsAcrossALongOne() {
        // torch 1.13: seed 3, draws of 3, 16, 2 and 1 values.
        TorchGenerator generator = new TorchGenerator(3);
        generator.randn(3);
        generator.randn(16);
        assertThat(generator.randn(2))
                .containsExactly(new float[] {-0.6137180328369141f, -0.8646355867385864f}, within(1e-6f));
        assertThat(generator.randn(1)).containsExactly(new float[] {0.2989608347415924f}, within(1e-6f));
    }

    @Test
    void takesTheLow32BitsOfASeed() {
        assertThat(new TorchGenerator((1L << 40) + 5).randn(20)).containsExactly(new TorchGenerator(5).randn(20));
        assertThat(new TorchGenerator(-1).randn(20)).containsExactly(new TorchGenerator(0xFFFFFFFFL).randn(20));
    }

    @Test
    void drawsNothingWithoutTouchingTheGenerator() {
        TorchGenerator generator = new TorchGenerator(9);
        assertThat(generator.randn(0)).isEmpty();
        assertThat(generator.randn(5)).containsExactly(new TorchGenerator(9).randn(5));
    }

    private static JsonNode reference() throws IOException {
        return new ObjectMapper().readTree(GoldenData.file("torch-randn.json").toFile());
    }

    private static void assertClose(float[] actual, JsonNode expected) {
        assertThat(actual).hasSize(expected.size());
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("value %d", i)
                    .isCloseTo(expected.get(i).asDouble(), within(TOLERANCE));
        }
    }
}
