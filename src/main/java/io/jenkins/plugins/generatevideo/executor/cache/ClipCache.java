package io.jenkins.plugins.generatevideo.executor.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.ClipPlan;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import io.jenkins.plugins.generatevideo.executor.video.StagedClip;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finished clips of one bundle on one backend, kept across runs. */
public final class ClipCache {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long POLL_MILLISECONDS = 200;

    private final ContentStore store;
    private final CacheKey key;

    public ClipCache(ContentStore store, EngineBundle bundle, Backend backend) {
        this.store = store;
        key = CacheKey.of(bundle, backend);
    }

    /**
     * A clip that was made before.
     *
     * @param manifest of the run that made it
     * @param files the content of its video and pictures by file name
     */
    public record KeptClip(ClipManifest manifest, Map<String, byte[]> files) {}

    /**
     * Waits until nobody else makes this clip; then it is found, or must be made.
     *
     * @return to be closed when the clip is kept
     * @throws ExecutorException what the observer throws while waiting
     */
    public ContentStore.Hold hold(ClipPlan plan, Observer observer) throws ExecutorException {
        boolean told = false;
        while (true) {
            Optional<ContentStore.Hold> hold = store.tryHold(key(plan));
            if (hold.isPresent()) {
                return hold.get();
            }
            if (!told) {
                observer.progressed(Stage.WAIT, 0, 1);
                told = true;
            }
            try {
                Thread.sleep(POLL_MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while waiting for the same clip.", e);
            }
            observer.progressed(Stage.WAIT, 0, 1);
        }
    }

    /** The clip of a plan, if it is kept. */
    public Optional<KeptClip> find(ClipPlan plan) {
        return store.find(key(plan)).flatMap(parts -> {
            Map<String, byte[]> files = new LinkedHashMap<>(parts);
            try {
                byte[] manifest = files.remove(StagedClip.MANIFEST);
                return Optional.of(new KeptClip(JSON.readValue(manifest, ClipManifest.class), files));
            } catch (IOException e) {
                throw new IllegalStateException("what this version wrote, it reads", e);
            }
        });
    }

    /** Keeps a finished clip. */
    public void keep(ClipPlan plan, KeptClip clip) {
        Map<String, byte[]> parts = new LinkedHashMap<>(clip.files());
        try {
            parts.put(StagedClip.MANIFEST, JSON.writeValueAsBytes(clip.manifest()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest is always JSON", e);
        }
        store.keep(key(plan), parts);
    }

    private String key(ClipPlan plan) {
        return key.with(
                "clip",
                List.of(
                        plan.prompt(),
                        plan.negativePrompt(),
                        plan.seed(),
                        plan.mode(),
                        plan.quality(),
                        plan.steps(),
                        plan.size().width(),
                        plan.size().height(),
                        plan.frames(),
                        plan.fps(),
                        plan.guidance(),
                        plan.template() == null ? "" : plan.template().digest()));
    }
}
