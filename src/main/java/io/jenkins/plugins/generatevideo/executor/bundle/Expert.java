package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A denoising network and the scale of classifier-free guidance it is used with.
 *
 * @param guidance 1 for none, larger follows the prompt more closely
 */
public record Expert(
        String network, @JsonProperty(required = true) double guidance) {
    public Expert {
        Check.text(network, "network");
        Check.that(guidance >= 0 && guidance <= 100, "\"guidance\" must be from 0 to 100, not " + guidance);
    }
}
