package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a range of the quality from 0 (quickest) to 100 (best) means where no mode is named.
 *
 * @param from the least quality of the range, 0 to 100; it goes up to the next level's
 * @param mode one of the bundle's modes
 * @param steps of that mode, 1 to its own number
 */
public record QualityLevel(
        @JsonProperty(required = true) int from,
        String mode,
        @JsonProperty(required = true) int steps) {
    public QualityLevel {
        Check.range(from, 0, 100, "from");
        Check.text(mode, "mode");
        Check.range(steps, 1, 1000, "steps");
    }
}
