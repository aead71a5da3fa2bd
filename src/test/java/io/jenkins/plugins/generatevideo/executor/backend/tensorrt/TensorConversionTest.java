package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.util.Float16Utils;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorConversionTest {
    /** Values as IEEE 754 binary16 has them; the ties and the ends of the range among them. */
    @ParameterizedTest
    @CsvSource({
        "0.0, 0000",
        "-0.0, 8000",
        "1.0, 3c00",
        "-2.0, c000",
        "0.333251953125, 3555",
        "65504, 7bff",
        "65519.996, 7bff",
        "65520, 7c00",
        "-1e10, fc00",
        "6.103515625e-05, 0400",
        "6.097555160522461e-05, 03ff",
        "5.960464477539063e-08, 0001",
        "2.9802322387695312e-08, 0000",
        "2.9802325940409414e-08, 0001",
        "8.940696716308594e-08, 0002",
        "1.00048828125, 3c00",
        "1.00146484375, 3c02",
        "Infinity, 7c00",
        "NaN, 7e00"
    })
    void roundsToHalfAsTheStandardSays(float value, String half) {
        assertThat(Integer.toHexString(0x10000 | HalfPrecision.toFloat16(value) & 0xffff))
                .isEqualTo("1" + half);
    }

    @Test
    void readsEveryHalfAsDjlDoesAndWritesItBack() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float value = HalfPrecision.fromFloat16((short) bits);
            if ((bits & 0x7fff) > 0x7c00) {
                assertThat(value).isNaN();
            } else {
                assertThat(value).isEqualTo(Float16Utils.halfToFloat((short) bits));
                assertThat(HalfPrecision.toFloat16(value)).isEqualTo((short) bits);
            }
        }
    }

    /** Values as PyTorch's bfloat16 has them. */
    @ParameterizedTest
    @CsvSource({
        "0.0, 0000",
        "-0.0, 8000",
        "1.0, 3f80",
        "3.14159274, 4049",
        "1.00390625, 3f80",
        "1.01171875, 3f82",
        "3.4028235e38, 7f80",
        "-Infinity, ff80",
        "NaN, 7fc0"
    })
    void roundsToBrainFloatToTheNearestEven(float value, String brain) {
        assertThat(Integer.toHexString(0x10000 | HalfPrecision.toBfloat16(value) & 0xffff))
                .isEqualTo("1" + brain);
    }

    @Test
    void writesFloatsInThreeTypesAndReadsThemBack() {
        FloatTensor tensor = new FloatTensor(new long[] {2, 2}, new float[] {0.5f, -1.5f, 256, 0});
        for (DataType type : new DataType[] {DataType.FLOAT32, DataType.FLOAT16, DataType.BFLOAT16}) {
            var bytes = TensorConversion.bytes(tensor, type);
            assertThat(bytes.remaining()).isEqualTo(4 * type.getNumOfBytes());
            assertThat(TensorConversion.floats(bytes, type)).containsExactly(0.5f, -1.5f, 256, 0);
        }
    }

    @Test
    void writesIntegersInThreeTypesAndReadsThemBack() {
        LongTensor tensor = new LongTensor(new long[] {3}, new long[] {0, 1, 7});
        assertThat(TensorConversion.floats(TensorConversion.bytes(tensor, DataType.INT64), DataType.INT64))
                .containsExactly(0, 1, 7);
        assertThat(TensorConversion.floats(TensorConversion.bytes(tensor, DataType.INT32), DataType.INT32))
                .containsExactly(0, 1, 7);
        assertThat(TensorConversion.floats(TensorConversion.bytes(tensor, DataType.BOOLEAN), DataType.BOOLEAN))
                .containsExactly(0, 1, 1);
    }

    @Test
    void refusesNumbersThatTheTypeCannotHold() {
        LongTensor large = new LongTensor(new long[] {1}, new long[] {1L << 31});
        assertThatThrownBy(() -> TensorConversion.bytes(large, DataType.INT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2147483648");
        FloatTensor floats = new FloatTensor(new long[] {1}, new float[] {1});
        assertThatThrownBy(() -> TensorConversion.bytes(floats, DataType.INT64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("int64");
    }
}
