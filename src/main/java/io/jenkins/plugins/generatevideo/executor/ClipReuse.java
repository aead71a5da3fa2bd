package io.jenkins.plugins.generatevideo.executor;

import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.LatencyClass;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.cache.ClipCache;
import io.jenkins.plugins.generatevideo.executor.cache.ClipCache.KeptClip;
import io.jenkins.plugins.generatevideo.executor.diffusion.ClipPlan;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import io.jenkins.plugins.generatevideo.executor.video.StagedClip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a clip that was made before into a folder, with a manifest that says so. */
public final class ClipReuse {
    private final ClipCache clips;
    private final Cancellation cancellation;

    public ClipReuse(ClipCache clips, Cancellation cancellation) {
        this.clips = clips;
        this.cancellation = cancellation;
    }

    /**
     * Writes the four files of a clip, if it is kept.
     *
     * @param request what {@code plan} was made of
     * @param start {@link System#nanoTime} when the work on this clip began
     * @return what {@code clip.json} says
     * @throws ExecutorException nothing new stands in the folder then
     */
    public Optional<ClipManifest> publish(
            ClipRequest request, ClipPlan plan, Path folder, long start, Observer observer) throws ExecutorException {
        long begin = System.nanoTime();
        Optional<KeptClip> kept = clips.find(plan);
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        try (StagedClip staged = new StagedClip(folder)) {
            cancellation.onEmergency(staged::delete);
            write(kept.get().files(), staged);
            ClipManifest manifest = manifest(request, plan, kept.get().manifest(), begin, start);
            cancellation.check();
            staged.publish(stream -> Generation.JSON.writeValue(stream, manifest));
            manifest.warnings().forEach(observer::warned);
            observer.progressed(Stage.DONE, 1, 1);
            return Optional.of(manifest);
        }
    }

    private static void write(Map<String, byte[]> files, StagedClip staged) throws ExecutorException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            try {
                Files.write(staged.path(file.getKey()), file.getValue());
            } catch (IOException e) {
                throw new ExecutorException(
                        ExitCode.FAILED,
                        "The clip from the cache cannot be written (" + e + "): free some space, then try again.",
                        e);
            }
        }
    }

    private static ClipManifest manifest(
            ClipRequest request, ClipPlan plan, ClipManifest made, long begin, long start) {
        long now = System.nanoTime();
        double total = Generation.rounded((now - start) / 1e9);
        double perFrame = Generation.rounded(total * 1000 / made.clip().frames());
        double factor = Generation.rounded(total / made.clip().durationSeconds());
        return new ClipManifest(
                made.schema(),
                made.request(),
                made.clip(),
                made.frameDigest(),
                made.bundle(),
                made.backend(),
                made.sampler(),
                made.steps(),
                0,
                new ClipManifest.Timings(Generation.rounded((now - begin) / 1e9), 0, 0, 0, 0, total),
                perFrame,
                factor,
                LatencyClass.of(perFrame, factor).label(),
                made.warnings(),
                List.of(ClipManifest.REUSED_CLIP),
                Generation.template(
                        request,
                        made.template() == null ? null : made.template().digest()),
                plan.chosenByQuality(),
                request.degraded());
    }
}
