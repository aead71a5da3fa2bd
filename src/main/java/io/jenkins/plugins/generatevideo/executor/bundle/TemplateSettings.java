package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a mode makes a clip in the scene of a template. Of the schedule's steps only those are taken that begin at or below
 * the noise level, since above it the scene is decided, which the template has done.
 *
 * @param steps of the whole schedule, 1 to 1000
 * @param noiseLevel the share of noise that the template's latent gets, above 0 and at most 1
 */
public record TemplateSettings(
        @JsonProperty(required = true) int steps,
        @JsonProperty(required = true) double noiseLevel) {
    public TemplateSettings {
        Check.range(steps, 1, 1000, "steps");
        Check.that(
                noiseLevel > 0 && noiseLevel <= 1, "\"noiseLevel\" must be above 0 and at most 1, not " + noiseLevel);
    }
}
