package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * When a mode lets an earlier prediction of an expert stand in for a new one.
 *
 * @param threshold the relative change of the prediction, as it is estimated, that may add up before the network is
 *     evaluated again: 0 (never reuse) to 10; a value of 0.1 means 10 %
 * @param warmUpSteps the first steps of each expert that are always evaluated, 1 to 1000
 * @param longestStride how many of the sampler's steps are taken in one stride at most, 2 to 1000, for samplers on flow
 *     matching; null where every step is taken and the latest prediction stands in for those that are not evaluated
 */
public record StepCacheSettings(
        @JsonProperty(required = true) double threshold,
        @JsonProperty(required = true) int warmUpSteps,
        Integer longestStride) {
    public StepCacheSettings {
        Check.that(threshold >= 0 && threshold <= 10, "\"threshold\" must be from 0 to 10, not " + threshold);
        Check.range(warmUpSteps, 1, 1000, "warmUpSteps");
        if (longestStride != null) {
            Check.range(longestStride, 2, 1000, "longestStride");
        }
    }
}
