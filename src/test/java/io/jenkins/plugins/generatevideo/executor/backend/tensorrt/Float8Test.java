package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float8Test {
    private final TrtPort port = new TrtPort("x", DataType.UINT8, true, new long[] {-1}, List.of());

    /** From the tables of the paper: the ends of the range, the ties, the smallest numbers. */
    @ParameterizedTest
    @CsvSource({
        "0.0, 00",
        "-0.0, 80",
        "1.0, 38",
        "-2.0, c0",
        "448.0, 7e",
        "1e30, 7e",
        "-Infinity, fe",
        "NaN, 7f",
        "0.015625, 08",
        "0.001953125, 01",
        "0.0009765625, 00",
        "0.00097656256, 01",
        "0.0146484375, 08",
        "17.0, 58",
        "19.0, 5a"
    })
    void roundsToTheNearestEvenAndSaturates(float value, String bits) {
        assertThat(Integer.toHexString(0x100 | Float8.encode(value) & 0xff)).isEqualTo("1" + bits);
    }

    /** The network casts to E4M3 and back; its values are ONNX Runtime's. */
    @Test
    void roundsAsOnnxRuntimeDoes() throws Exception {
        float[] values = new float[10_000];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(24) - 12));
        }
        try (Backend backend =
                        new OnnxRuntimeBackend(OnnxRuntimeOptions.standard().withThreads(1));
                Network network = backend.load(Path.of("src/test/resources/networks/float8.onnx"))) {
            float[] rounded = network.run(Map.of("x", new FloatTensor(new long[] {values.length}, values)))
                    .get("rounded")
                    .data();
            for (int i = 0; i < values.length; i++) {
                assertThat(Float8.decode(Float8.encode(values[i])))
                        .as("%s", values[i])
                        .isEqualTo(rounded[i]);
            }
        }
    }

    @Test
    void writesBackEveryNumberThatItReads() {
        for (int bits = 0; bits < 256; bits++) {
            assertThat(Float8.encode(Float8.decode((byte) bits))).isEqualTo((byte) bits);
        }
    }

    @Test
    void aPortOf8BitFloatsTakesAndGivesFloats() {
        var bytes = TensorConversion.bytes(new FloatTensor(new long[] {4}, new float[] {1, -0.5f, 448, 0}), port);
        assertThat(bytes.remaining()).isEqualTo(4);
        assertThat(TensorConversion.floats(bytes, port)).containsExactly(1, -0.5f, 448, 0);
        assertThatThrownBy(() -> TensorConversion.bytes(new LongTensor(new long[] {1}, new long[] {1}), port))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
