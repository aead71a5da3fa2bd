package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.TimestepSpacing;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.Type;
import java.util.List;
import java.util.Locale;

/** Makes the sampler that a bundle's mode names. */
public final class Samplers {
    private static final List<String> FLOW_SAMPLERS = List.of("unipc", "dpmpp2m", "euler", "euler-trailing");
    private static final List<String> BETA_SAMPLERS = List.of("ddim", "plms", "lcm");
    // More than any published recipe; beyond it neighbouring noise levels are the same number in 32 bits.
    private static final int MAXIMUM_STEPS = 1000;

    private Samplers() {}

    /** The names of the samplers that can follow a prediction of this type. */
    public static List<String> names(Type type) {
        return type == Type.FLOW ? FLOW_SAMPLERS : BETA_SAMPLERS;
    }

    /**
     * Makes a sampler for one run.
     *
     * @param name {@code unipc}, {@code dpmpp2m}, {@code euler} or {@code euler-trailing} for type flow, {@code ddim},
     *     {@code plms} or {@code lcm} for types epsilon and v
     * @param steps how many steps the run takes, 1 or more
     * @param prediction what the bundle's network predicts
     * @param noiseGenerator where {@code lcm} draws the noise that it adds; the others leave it alone
     * @throws ExecutorException {@code BAD_BUNDLE} if there is no such sampler for the prediction, {@code BAD_REQUEST}
     *     if it cannot take that many steps
     */
    public static Sampler create(String name, int steps, Prediction prediction, TorchGenerator noiseGenerator)
            throws ExecutorException {
        check(name, prediction);
        checkSteps(name, steps, prediction);
        return switch (name) {
            case "unipc", "dpmpp2m", "euler", "euler-trailing" -> along(flowSchedule(name, steps, prediction), name);
            case "ddim" -> new DdimSampler(new NoiseSchedule(prediction), steps);
            case "plms" -> new PlmsSampler(new NoiseSchedule(prediction), steps);
            case "lcm" ->
                new LcmSampler(new NoiseSchedule(prediction), steps, prediction.trainTimesteps(), noiseGenerator);
            default -> throw new IllegalStateException("no constructor for sampler " + name);
        };
    }

    /**
     * Makes a flow sampler that runs through given noise levels.
     *
     * @throws IllegalArgumentException if there is no such flow sampler
     */
    static FlowSampler along(FlowSchedule schedule, String name) {
        return switch (name) {
            case "unipc" -> new UniPcSampler(schedule);
            case "dpmpp2m" -> new DpmSolverSampler(schedule);
            case "euler", "euler-trailing" -> new FlowEulerSampler(schedule);
            default -> throw new IllegalArgumentException(name + " is no flow sampler");
        };
    }

    /**
     * Checks that a sampler can follow a prediction, whatever the number of steps.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} with a sentence that lists the samplers that can
     */
    public static void check(String name, Prediction prediction) throws ExecutorException {
        List<String> possible = names(prediction.type());
        if (!FLOW_SAMPLERS.contains(name) && !BETA_SAMPLERS.contains(name)) {
            throw refusal("there is no sampler \"" + name + "\"", prediction, possible);
        }
        if (!possible.contains(name)) {
            throw refusal("sampler " + name + " cannot follow this prediction", prediction, possible);
        }
        if (name.equals("plms") && prediction.zeroTerminalSnr()) {
            throw refusal(
                    "sampler plms cannot start from a schedule with zeroTerminalSnr",
                    prediction,
                    List.of("ddim", "lcm"));
        }
        if (name.equals("lcm") && prediction.trainTimesteps() < LcmSampler.DISTILLATION_STEPS) {
            throw refusal(
                    "sampler lcm needs at least " + LcmSampler.DISTILLATION_STEPS + " trainTimesteps",
                    prediction,
                    List.of("ddim", "plms"));
        }
    }

    /** The noise levels that a flow sampler runs through. */
    static FlowSchedule flowSchedule(String name, int steps, Prediction prediction) {
        return switch (name) {
            case "unipc" -> FlowSchedule.uniPc(steps, prediction);
            case "dpmpp2m" -> FlowSchedule.dpmSolver(steps, prediction);
            case "euler" -> FlowSchedule.euler(steps, prediction);
            // of few steps none is lost on the last, smallest level; and a student finds its levels on UniPC's paths
            case "euler-trailing" -> FlowSchedule.uniPc(steps, prediction);
            default -> throw new IllegalArgumentException(name + " is no flow sampler");
        };
    }

    private static void checkSteps(String name, int steps, Prediction prediction) throws ExecutorException {
        int maximum = Math.min(MAXIMUM_STEPS, prediction.trainTimesteps());
        if (name.equals("lcm")) {
            maximum = Math.min(maximum, LcmSampler.DISTILLATION_STEPS);
        }
        if (steps < 1 || steps > maximum) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Sampler " + name + " takes 1 to " + maximum + " steps with this bundle, not " + steps
                            + "; choose a number in that range.");
        }
        boolean leading = prediction.timestepSpacing() == TimestepSpacing.LEADING && !name.equals("lcm");
        if (leading && new NoiseSchedule(prediction).timesteps(steps)[0] >= prediction.trainTimesteps()) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Sampler " + name + " cannot take " + steps + " steps because stepsOffset "
                            + prediction.stepsOffset() + " of the bundle would lead past its "
                            + prediction.trainTimesteps() + " training steps; choose fewer steps.");
        }
    }

    private static ExecutorException refusal(String what, Prediction prediction, List<String> possible) {
        String type = prediction.type().name().toLowerCase(Locale.ROOT);
        return new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "In bundle.json " + what + "; with prediction type " + type + " the mode's sampler must be "
                        + String.join(", ", possible.subList(0, possible.size() - 1)) + " or "
                        + possible.get(possible.size() - 1) + ".");
    }
}
