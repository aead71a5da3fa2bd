package io.jenkins.plugins.generatevideo.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an artifact is named; where it comes from is tested on a controller. */
class ArtifactBundleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "artifact:wan.tar.zst",
                "artifact:models/wan 2.2.tar.zst",
                "artifact:team/models#42/wan.tar.zst",
                "artifact:../models#lastSuccessfulBuild/out/wan.tar.zst"
            })
    void acceptsPathsOfThisAndOtherBuilds(String reference) {
        assertThat(ArtifactBundle.isReference(reference)).isTrue();
        assertThatCode(() -> ArtifactBundle.check(reference)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "artifact:",
                "artifact:/etc/passwd",
                "artifact:../secret.tar.zst",
                "artifact:models#1/../../secret",
                "artifact:models#1",
                "artifact:#1/wan.tar.zst",
                "artifact:models#1/a#b"
            })
    void saysHowAnArtifactIsNamed(String reference) {
        assertThatThrownBy(() -> ArtifactBundle.check(reference))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reference)
                .hasMessageContaining("artifact:JOB#BUILD/PATH");
    }

    @Test
    void otherBundlesAreNone() {
        assertThat(ArtifactBundle.isReference("shapes")).isFalse();
        assertThat(ArtifactBundle.isReference("/models/artifact:x")).isFalse();
        assertThat(ArtifactBundle.isReference(null)).isFalse();
    }
}
