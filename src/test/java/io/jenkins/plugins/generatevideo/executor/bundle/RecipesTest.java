package io.jenkins.plugins.generatevideo.executor.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipesTest {
    @ParameterizedTest
    @CsvSource({
        "wan2.2-t2v-a14b, 12, 40, 81, 16, 1x16x21x90x160",
        "wan2.1-t2v-1.3b, 3, 50, 81, 16, 1x16x21x60x104",
        "wan2.2-ti2v-5b, 5, 50, 121, 24, 1x48x31x44x80"
    })
    void holdThePublishedSettings(String name, double shift, int steps, int frames, int rate, String latent)
            throws Exception {
        BundleManifest recipe = EngineBundle.readManifest(Path.of("trt-engines", name));

        Geometry geometry = recipe.geometry();
        assertThat(recipe.isRecipe()).isTrue();
        assertThat(recipe.prediction().flowShift()).isEqualTo(shift);
        assertThat(recipe.modes().get("standard").steps()).isEqualTo(steps);
        assertThat(geometry.frames().standard()).isEqualTo(frames);
        assertThat(geometry.frameRates()).containsExactly(rate);
        assertThat(geometry.latentShape(geometry.sizes().get(0), frames)).containsExactly(shape(latent));
        assertThat(recipe.text().zeroPadding()).isTrue();
        assertThat(recipe.text().maximumLength()).isEqualTo(512);
        recipe.networks()
                .forEach((network, file) ->
                        assertThat(file.activations()).as(network).isNotNull());
    }

    @ParameterizedTest
    @CsvSource({"wan2.2-t2v-a14b", "wan2.1-t2v-1.3b", "wan2.2-ti2v-5b"})
    void cannotBeRunBeforeAnImport(String name) {
        assertThatThrownBy(() -> EngineBundle.open(Path.of("trt-engines", name)))
                .hasMessageContaining("has no weights yet")
                .hasMessageContaining("bundle import");
    }

    @ParameterizedTest
    @CsvSource({"wan2.2-t2v-a14b", "wan2.1-t2v-1.3b", "wan2.2-ti2v-5b"})
    void letTensorRtCompileForEverySize(String name) throws Exception {
        BundleManifest recipe = EngineBundle.readManifest(Path.of("trt-engines", name));

        var profile = recipe.shapeProfile("transformer", "hidden_states").orElseThrow();
        for (Size size : recipe.geometry().sizes()) {
            long[] shape = recipe.geometry()
                    .latentShape(size, recipe.geometry().frames().maximum());
            for (int axis = 1; axis < shape.length; axis++) {
                assertThat(shape[axis])
                        .isBetween(profile.min().get(axis), profile.max().get(axis));
            }
        }
    }

    private static long[] shape(String text) {
        return java.util.Arrays.stream(text.split("x"))
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
