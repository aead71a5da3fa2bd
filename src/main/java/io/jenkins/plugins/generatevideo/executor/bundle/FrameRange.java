package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The numbers of frames that a model makes: from {@code minimum} to {@code maximum} in steps of {@code step}. */
public record FrameRange(
        @JsonProperty(required = true) int minimum,
        @JsonProperty(required = true) int maximum,
        @JsonProperty(required = true) int step,
        @JsonProperty(value = "default", required = true) int standard) {
    public FrameRange {
        Check.range(minimum, 1, 100_000, "minimum");
        Check.range(maximum, minimum, 100_000, "maximum");
        Check.range(step, 1, 100_000, "step");
        Check.that((maximum - minimum) % step == 0, "\"maximum\" is no whole number of steps above \"minimum\"");
        Check.that(
                standard >= minimum && standard <= maximum && (standard - minimum) % step == 0,
                "\"default\" is not one of the frame counts from minimum to maximum");
    }

    /** Whether a clip may have {@code frames} frames. */
    public boolean contains(int frames) {
        return frames >= minimum && frames <= maximum && (frames - minimum) % step == 0;
    }
}
