package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan.Arrangement;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan.Residence;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which networks of a clip lie in the device's memory at once; chosen before anything is loaded.
 *
 * @param weightBudget bytes of a network's weights that may lie on the device at once, negative for all
 * @param tiling how the decoder is tiled, where the device has memory of its own; nothing where it decodes whole
 */
record Placement(Residence residence, long weightBudget, Optional<Tiling> tiling, Set<String> experts) {
    private static final double GIGABYTE = 1e9;
    private static final long ALL_WEIGHTS = -1;
    // what ONNX Runtime computes in on a processor
    private static final int FLOAT = 4;

    /** Every network stays where it is. */
    static final Placement EVERYTHING = new Placement(Residence.ALL, ALL_WEIGHTS, Optional.empty(), Set.of());

    /**
     * Plans a clip's memory and compares it with what is free.
     *
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} with the numbers, if it cannot fit
     */
    static Placement choose(EngineBundle bundle, ClipPlan plan, Backend backend, Observer observer)
            throws ExecutorException {
        BundleManifest manifest = bundle.manifest();
        Map<String, Backend.Footprint> measured = new HashMap<>();
        Set<String> experts = new TreeSet<>();
        for (var expert : manifest.experts()) {
            experts.add(manifest.networkIn(plan.settings(), expert.network()));
        }
        Set<String> networks = new TreeSet<>(experts);
        for (String name : List.of(BundleManifest.TEXT_ENCODER, BundleManifest.VAE_DECODER)) {
            networks.add(manifest.networkIn(plan.settings(), name));
        }
        Backend.Memory memory = backend.memory();
        for (String name : networks) {
            if (memory.ofGpu()) {
                backend.footprint(bundle.file(name)).ifPresent(footprint -> measured.put(name, footprint));
            } else {
                measured.put(name, new Backend.Footprint(bundle.bytesOf(name), -1, 0));
            }
        }
        int bytes = memory.ofGpu() ? MemoryPlan.precisionBytes(manifest) : FLOAT;
        MemoryPlan needs = MemoryPlan.of(manifest, plan.settings(), plan.size(), plan.frames(), bytes, measured);
        long reserved = memory.ofGpu() ? MemoryPlan.RESERVED : 0;
        Arrangement arrangement = needs.arrange(memory.freeBytes(), reserved);
        boolean streams = networks.stream()
                .allMatch(name -> measured.containsKey(name)
                        && (measured.get(name).streamable() > 0
                                || measured.get(name).weights() < needs.largestExpert() / 2));
        if (arrangement.residence() == Residence.IMPOSSIBLE
                || arrangement.residence() == Residence.STREAMED && !(memory.ofGpu() && streams)) {
            throw tooLarge(plan, needs, memory, reserved);
        }
        if (arrangement.residence() != Residence.ALL) {
            observer.warned(String.format(
                    Locale.ROOT,
                    "Of the networks, not all fit into the %.1f GB of memory that are free: %s.",
                    memory.freeBytes() / GIGABYTE,
                    arrangement.residence().description()));
        }
        long budget = arrangement.residence() == Residence.STREAMED
                ? memory.freeBytes() - reserved - Math.max(needs.encoding(), needs.denoising())
                : ALL_WEIGHTS;
        return new Placement(arrangement.residence(), budget, arrangement.tiling(), experts);
    }

    private static ExecutorException tooLarge(ClipPlan plan, MemoryPlan needs, Backend.Memory memory, long reserved) {
        return new ExecutorException(
                ExitCode.MACHINE_UNSUITABLE,
                String.format(
                        Locale.ROOT,
                        "A clip of %s with %d frames takes at least %.1f GB of the %s's memory (the largest network has"
                                + " %.1f GB of weights, a denoising step takes %.1f GB besides), but %.1f GB are free;"
                                + " free some, ask for a smaller size or fewer frames, or use a larger machine.",
                        plan.size(),
                        plan.frames(),
                        (needs.least() + reserved) / GIGABYTE,
                        memory.ofGpu() ? "GPU" : "machine",
                        Math.max(needs.textEncoder(), needs.largestExpert()) / GIGABYTE,
                        needs.denoising() / GIGABYTE,
                        memory.freeBytes() / GIGABYTE));
    }

    /** Whether {@code other} may stay loaded while {@code network} runs. */
    boolean keeps(String other, String network) {
        return switch (residence) {
            case ALL -> true;
            case EXPERTS -> experts.contains(other);
            default -> other.equals(network);
        };
    }

    /** Whether a network may be loaded while others run. */
    boolean loadsAhead() {
        return residence == Residence.ALL || residence == Residence.EXPERTS;
    }
}
