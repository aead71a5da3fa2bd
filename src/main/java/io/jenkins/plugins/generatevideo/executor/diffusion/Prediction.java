package io.jenkins.plugins.generatevideo.executor.diffusion;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a bundle's denoiser predicts, and along which noise schedule it was trained: the object {@code prediction} of
 * {@code bundle.json}. A flow prediction has {@code flowShift} and nothing of the beta schedule; the two others have a
 * beta schedule and no shift. Checks itself, and fills in what the other kinds may leave out.
 *
 * @param type what the network's output means
 * @param trainTimesteps how many time steps the network was trained on, 1 to 10,000; published models have 1000
 * @param flowShift flow only: how strongly the noise levels are shifted towards high noise, above 0 and at most 100,
 *     1 (the default) for none; the factor of "Scaling Rectified Flow Transformers" (Esser et al. 2024, section 5.3.2)
 * @param betaStart variance added at the first training step, above 0
 * @param betaEnd variance added at the last training step, below 1, not below {@code betaStart}
 * @param betaSchedule how the variances run from one to the other; linear by default
 * @param zeroTerminalSnr whether the schedule is rescaled so that its last step is noise alone; false by default
 * @param timestepSpacing which of the training steps a run visits; leading by default
 * @param stepsOffset added to every time step of leading spacing, 0 (the default) or more
 * @param setAlphaToOne whether the last step leads to no noise at all (true, the default) or to the noise of training
 *     step 0
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Prediction(
        Type type,
        int trainTimesteps,
        Double flowShift,
        Double betaStart,
        Double betaEnd,
        BetaSchedule betaSchedule,
        Boolean zeroTerminalSnr,
        TimestepSpacing timestepSpacing,
        Integer stepsOffset,
        Boolean setAlphaToOne) {

    /** What the network's output means. */
    public enum Type {
        /** The velocity from the clean latent to the noise: {@code noise - clean} (rectified flow). */
        @JsonProperty("flow")
        FLOW,
        /** The noise itself. */
        @JsonProperty("epsilon")
        EPSILON,
        /** {@code sqrt(alphaBar) * noise - sqrt(1 - alphaBar) * clean} (Salimans and Ho 2022). */
        @JsonProperty("v")
        V
    }

    /** How the added variances (betas) grow over the training steps. */
    public enum BetaSchedule {
        /** Evenly. */
        @JsonProperty("linear")
        LINEAR,
        /** Their square roots evenly, as latent diffusion models have it. */
        @JsonProperty("scaled_linear")
        SCALED_LINEAR
    }

    /** Which training steps a run of fewer steps visits (Lin et al. 2024, table 2). */
    public enum TimestepSpacing {
        /** Multiples of a whole stride, from 0 up. */
        @JsonProperty("leading")
        LEADING,
        /** Even parts counted from the last training step down, which is always visited. */
        @JsonProperty("trailing")
        TRAILING
    }

    private static final int MAXIMUM_TRAIN_TIMESTEPS = 10_000;
    // Beyond it the first noise levels of a long run are the same number in 32 bits.
    private static final double MAXIMUM_FLOW_SHIFT = 100;

    /** @throws IllegalArgumentException with a sentence that names the field, if the values don't make a schedule */
    public Prediction {
        check(type != null, "prediction.type is missing; it is flow, epsilon or v");
        check(
                trainTimesteps >= 1 && trainTimesteps <= MAXIMUM_TRAIN_TIMESTEPS,
                "prediction.trainTimesteps must be 1 to " + MAXIMUM_TRAIN_TIMESTEPS + ", not " + trainTimesteps);
        if (type == Type.FLOW) {
            check(
                    betaStart == null
                            && betaEnd == null
                            && betaSchedule == null
                            && zeroTerminalSnr == null
                            && timestepSpacing == null
                            && stepsOffset == null
                            && setAlphaToOne == null,
                    "prediction.type flow has flowShift alone, none of betaStart, betaEnd, betaSchedule,"
                            + " zeroTerminalSnr, timestepSpacing, stepsOffset and setAlphaToOne");
            flowShift = flowShift == null ? Double.valueOf(1) : flowShift;
            check(
                    flowShift > 0 && flowShift <= MAXIMUM_FLOW_SHIFT,
                    "prediction.flowShift must be above 0 and at most " + MAXIMUM_FLOW_SHIFT + ", not " + flowShift);
        } else {
            check(flowShift == null, "prediction.flowShift belongs to type flow alone, not to epsilon or v");
            check(
                    betaStart != null && betaEnd != null,
                    "prediction.betaStart and prediction.betaEnd are needed with type epsilon or v");
            check(
                    betaStart > 0 && betaStart <= betaEnd && betaEnd < 1,
                    "prediction needs 0 < betaStart <= betaEnd < 1, not " + betaStart + " and " + betaEnd);
            betaSchedule = betaSchedule == null ? BetaSchedule.LINEAR : betaSchedule;
            zeroTerminalSnr = zeroTerminalSnr != null && zeroTerminalSnr;
            timestepSpacing = timestepSpacing == null ? TimestepSpacing.LEADING : timestepSpacing;
            stepsOffset = stepsOffset == null ? Integer.valueOf(0) : stepsOffset;
            setAlphaToOne = setAlphaToOne == null || setAlphaToOne;
            check(
                    !(zeroTerminalSnr && type == Type.EPSILON),
                    "prediction.zeroTerminalSnr needs type v: pure noise tells nothing to a network of type epsilon");
            check(
                    stepsOffset >= 0 && stepsOffset < trainTimesteps,
                    "prediction.stepsOffset must be 0 to " + (trainTimesteps - 1) + ", not " + stepsOffset);
        }
    }

    /** A flow prediction, see the constructor for the ranges. */
    public static Prediction flow(int trainTimesteps, double flowShift) {
        return new Prediction(Type.FLOW, trainTimesteps, flowShift, null, null, null, null, null, null, null);
    }

    private static void check(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
