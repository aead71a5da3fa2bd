package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.Mode;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan.Arrangement;
import io.jenkins.plugins.generatevideo.executor.diffusion.MemoryPlan.Residence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells in a table what memory a bundle's clips take and how they run on GPUs of some sizes. */
final class PlanReport {
    private static final double GIGABYTE = 1e9;

    private PlanReport() {}

    /**
     * @param memories the GPUs' memory in GB
     * @return one line for each mode and size, and below it one for each GPU
     */
    static List<String> lines(BundleManifest manifest, List<Integer> memories) {
        List<String> lines = new ArrayList<>();
        int frames = manifest.geometry().frames().standard();
        boolean complete = true;
        for (var mode : manifest.modes().entrySet()) {
            Set<Integer> areas = new HashSet<>();
            for (Size size : manifest.geometry().sizes()) {
                if (!areas.add(size.width() * size.height())) {
                    continue; // upright and lying pictures of one size take the same
                }
                MemoryPlan plan = MemoryPlan.of(manifest, mode.getValue(), size, frames);
                complete &= plan.complete();
                lines.add(heading(mode.getKey(), mode.getValue(), plan));
                for (int memory : memories) {
                    lines.add(line(memory, plan.arrange((long) (memory * GIGABYTE))));
                }
            }
        }
        lines.add(String.format(
                Locale.ROOT,
                "Each peak counts %.1f GB for the driver and the runtime; attention is taken to be fused.",
                MemoryPlan.RESERVED / GIGABYTE));
        if (!complete) {
            lines.add("The manifest does not say of every network what lives at once, so the plan is too small.");
        }
        return lines;
    }

    private static String heading(String name, Mode mode, MemoryPlan plan) {
        return String.format(
                Locale.ROOT,
                "%s, %s, %d frames, %d steps: weights of text encoder %.1f, experts %.1f, decoder %.1f GB;"
                        + " a step takes %.1f, decoding whole %.1f GB",
                name,
                plan.size(),
                plan.frames(),
                mode.steps(),
                plan.textEncoder() / GIGABYTE,
                plan.experts() / GIGABYTE,
                plan.decoder() / GIGABYTE,
                plan.denoising() / GIGABYTE,
                plan.decoding() / GIGABYTE);
    }

    private static String line(int memory, Arrangement arrangement) {
        if (arrangement.residence() == Residence.IMPOSSIBLE) {
            return String.format(
                    Locale.ROOT, "  %4d GB: %s", memory, arrangement.residence().description());
        }
        String streamed = arrangement.residence() == Residence.STREAMED
                ? String.format(Locale.ROOT, " (%.0f %% of the largest network)", 100 * arrangement.streamed())
                : "";
        String decoding = arrangement
                .tiling()
                .map(tiles -> "in tiles of " + tiles.extent() + "x" + tiles.extent() + " latent cells")
                .orElse("whole");
        return String.format(
                Locale.ROOT,
                "  %4d GB: %s%s; decoded %s; peak %.1f GB",
                memory,
                arrangement.residence().description(),
                streamed,
                decoding,
                arrangement.peak() / GIGABYTE);
    }
}
