package io.jenkins.plugins.generatevideo.executor;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import io.jenkins.plugins.generatevideo.executor.cache.SceneTemplates;
import io.jenkins.plugins.generatevideo.executor.cache.TemplateFile;
import io.jenkins.plugins.generatevideo.executor.diffusion.ClipPlan;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Finds the scene template that a request names, and refuses one that does not fit. */
public final class Scenes {
    private final EngineBundle bundle;
    private final Optional<SceneTemplates> saved;

    /** @param store that holds the named ones, if there is one */
    public Scenes(EngineBundle bundle, Optional<ContentStore> store) {
        this.bundle = bundle;
        saved = store.map(SceneTemplates::new);
    }

    /**
     * Sets a plan into its scene.
     *
     * @param template the request's template, a name or a file; null for none
     * @return the plan, or nothing if the template's content must be made anew
     * @throws ExecutorException {@code BAD_REQUEST} if there is no such template, or it does not fit the plan
     */
    public Optional<ClipPlan> set(ClipPlan plan, String template) throws ExecutorException {
        if (template == null) {
            return Optional.of(plan);
        }
        if (bundle.manifest().prediction().type() != Prediction.Type.FLOW) {
            throw refused("Scene templates need a model that predicts a flow, which "
                    + bundle.manifest().name() + " does not: leave the template out.");
        }
        if (TemplateFile.isFile(template)) {
            SceneTemplate scene = TemplateFile.read(Path.of(template));
            checkFits(template, scene.origin(), plan);
            long[] shape = bundle.manifest().geometry().latentShape(plan.size(), plan.frames());
            if (!Arrays.equals(shape, scene.latent().shape())) {
                throw refused("The scene template " + template + " is damaged: fetch it again, or save it anew with"
                        + " --save-template.");
            }
            return Optional.of(plan.on(scene));
        }
        SceneTemplates.Recipe recipe = recipe(template);
        checkFits(template, recipe.origin(), plan);
        return saved.orElseThrow().content(recipe).map(plan::on);
    }

    /** The recipe of a named template. */
    SceneTemplates.Recipe recipe(String name) throws ExecutorException {
        if (saved.isEmpty()) {
            throw refused("The scene template " + name + " is a name, but there is no cache to find it in: say --cache"
                    + " DIR, or name the template's file.");
        }
        return saved.get()
                .find(name)
                .orElseThrow(() -> refused("There is no scene template " + name + " in the cache: save one with"
                        + " --save-template " + name + ", or name its file."));
    }

    /** The named templates, if there is a cache. */
    Optional<SceneTemplates> saved() {
        return saved;
    }

    /** The name that the manifest tells: of a file, its own without the ending. */
    static String name(String template) {
        String file = Path.of(template).getFileName().toString();
        return file.endsWith(TemplateFile.SUFFIX)
                ? file.substring(0, file.length() - TemplateFile.SUFFIX.length())
                : file;
    }

    private void checkFits(String template, SceneTemplate.Origin origin, ClipPlan plan) throws ExecutorException {
        if (!origin.bundleDigest().equals(bundle.digest())) {
            throw refused(String.format(
                    "The scene template %s was made with the engine bundle %s %s (%.12s), but this is %s %s (%.12s): save"
                            + " it anew with this bundle, or choose that one.",
                    template,
                    origin.bundle(),
                    origin.bundleVersion(),
                    origin.bundleDigest(),
                    bundle.manifest().name(),
                    bundle.manifest().version(),
                    bundle.digest()));
        }
        if (origin.width() != plan.size().width()
                || origin.height() != plan.size().height()
                || origin.frames() != plan.frames()) {
            throw refused(String.format(
                    "The scene template %s has %d frames of %dx%d, but this clip has %d of %s: choose the same size and"
                            + " length, or another template.",
                    template, origin.frames(), origin.width(), origin.height(), plan.frames(), plan.size()));
        }
    }

    private static ExecutorException refused(String sentence) {
        return new ExecutorException(ExitCode.BAD_REQUEST, sentence);
    }
}
