package io.jenkins.plugins.generatevideo.executor.template;

import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.cache.TemplateFile;
import io.jenkins.plugins.generatevideo.executor.diffusion.ClipPlan;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import java.util.ArrayList;
import java.util.List;

/** Looks on while a clip is made, and makes a template of its scene. */
public final class SceneRecorder {
    private final EngineBundle bundle;
    private final ClipPlan plan;
    private final List<byte[]> frames = new ArrayList<>();
    private FloatTensor latent;

    public SceneRecorder(EngineBundle bundle, ClipPlan plan) {
        this.bundle = bundle;
        this.plan = plan;
    }

    /** An observer that tells another one all it sees, and lets this recorder see the clip's latent. */
    public Observer watching(Observer other) {
        return new Observer() {
            @Override
            public void progressed(Stage stage, int step, int steps) throws ExecutorException {
                other.progressed(stage, step, steps);
            }

            @Override
            public void denoised(int step, FloatTensor latentAfterStep) {
                // The one after the last step is the clip's.
                latent = latentAfterStep;
                other.denoised(step, latentAfterStep);
            }

            @Override
            public void warned(String sentence) {
                other.warned(sentence);
            }
        };
    }

    /** Takes the next frame. */
    public void add(byte[] rgb24) {
        frames.add(rgb24);
    }

    /** The template, once the clip is made. */
    public SceneTemplate template() {
        int width = plan.size().width();
        StaticBackground background = StaticBackground.of(frames, width);
        LatentBackground places = LatentBackground.of(bundle.manifest().geometry(), background, latent, frames);
        SceneTemplate.Origin origin = new SceneTemplate.Origin(
                bundle.manifest().name(),
                bundle.manifest().version(),
                bundle.digest(),
                plan.prompt(),
                plan.negativePrompt(),
                plan.seed(),
                plan.mode(),
                plan.quality(),
                width,
                plan.size().height(),
                plan.frames());
        return TemplateFile.digested(origin, places.latent(), places.known(), background.picture(), background.known());
    }
}
