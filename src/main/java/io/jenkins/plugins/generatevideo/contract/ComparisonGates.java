package io.jenkins.plugins.generatevideo.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * What a comparison shall be held against. What is null or empty is not asked for; the controller and the executor refuse
 * with the same sentences.
 *
 * @param minPsnr the least mean PSNR in dB, above 0
 * @param minSsim the least mean SSIM, 0 to 1
 * @param minMsSsim the least mean MS-SSIM, 0 to 1
 * @param maxFlip the greatest visible difference of a frame, 0 to 1
 * @param maxColourShift the greatest colour shift of a frame in ΔE, from 0
 * @param gates further ones, as {@link Gate#parse} reads them
 * @param defaultGates whether the default gates hold beside those that are given; alone they hold anyway
 * @param unstableOnly whether no gate fails a build
 */
public record ComparisonGates(
        Double minPsnr,
        Double minSsim,
        Double minMsSsim,
        Double maxFlip,
        Double maxColourShift,
        List<String> gates,
        boolean defaultGates,
        boolean unstableOnly) {
    /** @throws IllegalArgumentException with a sentence that says what is wrong and what to do */
    public ComparisonGates {
        require(
                minPsnr == null || Double.isFinite(minPsnr) && minPsnr > 0,
                "The least PSNR is " + minPsnr + " dB, but it must be above 0; 40 is a usual one.");
        checkShare("least SSIM", minSsim);
        checkShare("least MS-SSIM", minMsSsim);
        checkShare("greatest visible difference (FLIP)", maxFlip);
        require(
                maxColourShift == null || Double.isFinite(maxColourShift) && maxColourShift >= 0,
                "The greatest colour shift is " + maxColourShift + ", but it must be 0 or more; 1 is just noticeable.");
        gates = List.copyOf(gates);
        gates.forEach(Gate::parse);
    }

    /** The gates that are asked for; none, if the default ones shall hold. */
    public List<Gate> chosen() {
        List<Gate> chosen = new ArrayList<>();
        atLeast(chosen, "psnr.mean", minPsnr);
        atLeast(chosen, "ssim.mean", minSsim);
        atLeast(chosen, "msSsim.mean", minMsSsim);
        atMost(chosen, "flip.worst", maxFlip);
        atMost(chosen, "colourShift.worst", maxColourShift);
        gates.forEach(text -> chosen.add(Gate.parse(text)));
        return chosen;
    }

    /** The same as options of the command line. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        add(arguments, "--min-psnr", minPsnr);
        add(arguments, "--min-ssim", minSsim);
        add(arguments, "--min-ms-ssim", minMsSsim);
        add(arguments, "--max-flip", maxFlip);
        add(arguments, "--max-colour-shift", maxColourShift);
        gates.forEach(gate -> arguments.add("--gate=" + gate));
        if (defaultGates) {
            arguments.add("--default-gates");
        }
        if (unstableOnly) {
            arguments.add("--unstable-only");
        }
        return arguments;
    }

    private static void atLeast(List<Gate> gates, String figure, Double bound) {
        if (bound != null) {
            gates.add(Gate.atLeast(figure, bound, Level.FAILED));
        }
    }

    private static void atMost(List<Gate> gates, String figure, Double bound) {
        if (bound != null) {
            gates.add(Gate.atMost(figure, bound, Level.FAILED));
        }
    }

    private static void add(List<String> arguments, String option, Double value) {
        if (value != null) {
            arguments.add(option + "=" + value);
        }
    }

    private static void checkShare(String what, Double value) {
        require(
                value == null || value >= 0 && value <= 1,
                "The " + what + " is " + value + ", but it goes from 0 to 1, for example 0.97.");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
