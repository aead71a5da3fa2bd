package io.jenkins.plugins.generatevideo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.BundleOffer;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EmbeddedBundlesTest {
    private static final Path BUNDLES = Path.of("trt-engines");

    @Test
    void theControllerKnowsOfABundleWhatTheExecutorKnows() throws Exception {
        BundleOffer executor =
                EngineBundle.readManifest(BUNDLES.resolve("shapes")).offer();
        BundleOffer controller = EmbeddedBundles.read(BUNDLES).get("shapes");
        assertThat(new TreeSet<>(controller.modes())).isEqualTo(new TreeSet<>(executor.modes()));
        assertThat(controller)
                .usingRecursiveComparison()
                .ignoringFields("modes")
                .isEqualTo(executor);
    }

    @Test
    void recipesWithoutWeightsOfferNothing() throws Exception {
        Map<String, BundleOffer> offers = EmbeddedBundles.read(BUNDLES);
        assertThat(offers).containsOnlyKeys("shapes");
    }

    @Test
    void refusesWhatTheBundleCannotDo() {
        BundleOffer offer = new BundleOffer("small", List.of("standard"), List.of("96x64"), 9, 25, 4, List.of(12, 24));
        assertThatThrownBy(() -> offer.check(request("fast", null, null, null)))
                .hasMessage("The engine bundle small cannot do the mode fast: choose from standard.");
        assertThatThrownBy(() -> offer.check(request(null, "128x128", null, null)))
                .hasMessage("The engine bundle small cannot do the size 128x128: choose from 96x64.");
        assertThatThrownBy(() -> offer.check(request(null, null, null, 30)))
                .hasMessage("The engine bundle small cannot do the rate of 30 frames a second: choose from 12, 24.");
        assertThatThrownBy(() -> offer.check(request(null, null, 9.0, 24)))
                .hasMessageContaining("duration of 9.0 seconds at 24 frames a second")
                .hasMessageContaining("0.38 to 1.04 seconds (9 to 25 frames)");
    }

    @Test
    void takesTheNearestNumberOfFrames() {
        BundleOffer offer = new BundleOffer("small", List.of("standard"), List.of("96x64"), 9, 25, 4, List.of(12));
        assertThatCode(() -> offer.check(request("standard", "96x64", 26.9 / 12, 12)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> offer.check(request("standard", "96x64", 27.1 / 12, 12)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ClipRequest request(String mode, String size, Double duration, Integer fps) {
        return new ClipRequest("a ball", null, mode, null, null, size, duration, fps, null, null);
    }
}
