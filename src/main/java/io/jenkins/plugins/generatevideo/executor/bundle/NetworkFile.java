package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where a network lies in the bundle, how many parameters it has, and what it needs besides them.
 *
 * @param activations numbers that live at once at the network's peak: for each token of a transformer or text encoder, for
 *     each pixel of each frame of a decoder; null where nobody counted
 */
public record NetworkFile(
        String file, @JsonProperty(required = true) long parameters, Long activations) {
    public NetworkFile {
        Check.relativePath(file, "file");
        Check.range(parameters, 0, Long.MAX_VALUE, "parameters");
        Check.that(activations == null || activations > 0, "\"activations\" must be above 0, not " + activations);
    }
}
