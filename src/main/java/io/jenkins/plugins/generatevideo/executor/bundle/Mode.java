package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * A named trade of quality for speed.
 *
 * @param sampler one of the names that {@code Samplers} knows for the bundle's prediction
 * @param steps network evaluations, without guidance's second pass
 * @param guidance one scale for each expert, or empty for the experts' own
 * @param flowShift the shift of the noise levels in this mode, in the place of the prediction's; null for that one
 * @param stepCache when earlier predictions are reused in this mode; null for never
 * @param template how a clip in the scene of a template is made in this mode; null for the mode's own steps
 * @param networks networks that stand in for others in this mode, by the name of the one they replace; may be empty
 */
public record Mode(
        String sampler,
        @JsonProperty(required = true) int steps,
        List<Double> guidance,
        Double flowShift,
        StepCacheSettings stepCache,
        TemplateSettings template,
        Map<String, String> networks) {
    public Mode {
        Check.text(sampler, "sampler");
        Check.range(steps, 1, 1000, "steps");
        guidance = guidance == null ? List.of() : Check.some(guidance, "guidance");
        for (double scale : guidance) {
            Check.that(scale >= 0 && scale <= 100, "\"guidance\" must be from 0 to 100, not " + scale);
        }
        Check.that(
                flowShift == null || flowShift > 0 && flowShift <= 100,
                "\"flowShift\" must be above 0 and at most 100, not " + flowShift);
        networks = networks == null ? Map.of() : networks;
        networks.forEach((replaced, by) -> Check.text(by, "networks." + replaced));
        networks = Map.copyOf(networks);
    }

    /** The same with every step evaluated. */
    public Mode withoutStepCache() {
        return new Mode(sampler, steps, guidance.isEmpty() ? null : guidance, flowShift, null, template, networks);
    }

    /** A mode without settings for templates. */
    public Mode(
            String sampler,
            int steps,
            List<Double> guidance,
            Double flowShift,
            StepCacheSettings stepCache,
            Map<String, String> networks) {
        this(sampler, steps, guidance, flowShift, stepCache, null, networks);
    }
}
