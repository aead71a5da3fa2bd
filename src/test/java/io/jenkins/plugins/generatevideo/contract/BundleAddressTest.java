package io.jenkins.plugins.generatevideo.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleAddressTest {
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @Test
    void knowsPlaceAndDigest() {
        BundleAddress address = BundleAddress.parse(
                "https://models.example/a%20b.tar.zst?v=1#sha256=" + DIGEST.toUpperCase(Locale.ROOT));
        assertThat(address.location()).hasToString("https://models.example/a%20b.tar.zst?v=1");
        assertThat(address.sha256()).isEqualTo(DIGEST);
        assertThat(address).hasToString("https://models.example/a%20b.tar.zst?v=1#sha256=" + DIGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shapes", "/models/wan", "../wan", "C:\\models\\wan", "a:b"})
    void namesAndFoldersAreNoAddresses(String bundle) {
        assertThat(BundleAddress.isAddress(bundle)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://models.example/x.tar.zst, has no digest",
        "https://models.example/x.tar.zst#sha256=12, has no digest",
        "ftp://models.example/x.tar.zst, is not one of https",
        "https://user:secret@models.example/x, user name or password",
        "https:///x.tar.zst, names no host",
        "file:x.tar.zst, names no file",
        "https://models.example/a b, is none"
    })
    void saysWhatIsWrongAndNoSecret(String bundle, String problem) {
        assertThat(BundleAddress.isAddress(bundle)).isTrue();
        assertThatThrownBy(() -> BundleAddress.parse(bundle))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aRequestWithAWrongAddressIsRefused() {
        assertThatThrownBy(() -> new ClipRequest(
                        "a ball", null, null, null, null, null, null, null, "https://models.example/x", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no digest");
    }
}
