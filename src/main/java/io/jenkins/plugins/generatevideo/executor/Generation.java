package io.jenkins.plugins.generatevideo.executor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.LatencyClass;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.cache.ClipCache;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import io.jenkins.plugins.generatevideo.executor.cache.KeptEmbeddings;
import io.jenkins.plugins.generatevideo.executor.cache.SceneTemplates;
import io.jenkins.plugins.generatevideo.executor.cache.TemplateFile;
import io.jenkins.plugins.generatevideo.executor.diffusion.ClipPlan;
import io.jenkins.plugins.generatevideo.executor.diffusion.DecodingMemory;
import io.jenkins.plugins.generatevideo.executor.diffusion.EmbeddingCache;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import io.jenkins.plugins.generatevideo.executor.diffusion.VideoPipeline;
import io.jenkins.plugins.generatevideo.executor.template.ForegroundMatte;
import io.jenkins.plugins.generatevideo.executor.template.SceneRecorder;
import io.jenkins.plugins.generatevideo.executor.video.ClipEncoder;
import io.jenkins.plugins.generatevideo.executor.video.ClipFolder;
import io.jenkins.plugins.generatevideo.executor.video.FrameRate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes clips with one bundle on one backend, and writes each with its manifest and pictures into a folder. */
public final class Generation implements AutoCloseable {
    /** Writes {@code clip.json}. */
    static final ObjectWriter JSON = JsonMapper.builder()
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build()
            .writerWithDefaultPrettyPrinter();

    private final EngineBundle bundle;
    private final Backend backend;
    private final VideoPipeline pipeline;
    private final Cancellation cancellation;
    private final Optional<ClipCache> clips;
    private final Scenes scenes;
    private long start;

    /**
     * @param store where clips and prompt embeddings are found again and kept, if anywhere
     * @param start {@link System#nanoTime} when the work on the first clip began, since users count from there
     */
    public Generation(
            EngineBundle bundle, Backend backend, Optional<ContentStore> store, Cancellation cancellation, long start) {
        this.bundle = bundle;
        this.backend = backend;
        this.cancellation = cancellation;
        this.start = start;
        clips = store.map(kept -> new ClipCache(kept, bundle, backend));
        scenes = new Scenes(bundle, store);
        EmbeddingCache embeddings =
                store.isPresent() ? new KeptEmbeddings(store.get(), bundle, backend) : EmbeddingCache.NONE;
        pipeline = new VideoPipeline(bundle, backend, DecodingMemory.available(), embeddings);
    }

    /** Loads what every clip takes besides networks: for a thread that has the time. */
    public static void warmUp() throws ExecutorException {
        OnnxRuntimeBackend.warmUp();
        ClipFolder.warmUp();
        JSON.forType(ClipManifest.class);
    }

    /**
     * Makes one clip.
     *
     * @param folder where {@code clip.mp4}, {@code clip.json}, {@code poster.jpg} and {@code contact-sheet.jpg} will stand
     * @return what {@code clip.json} says
     * @throws ExecutorException nothing new stands in the folder then
     */
    public ClipManifest generate(ClipRequest request, Path folder, Observer observer) throws ExecutorException {
        return generate(request, folder, Optional.empty(), observer);
    }

    /**
     * Makes one clip, and a template of its scene if that is wanted.
     *
     * @param saveTemplate the template's name; its file stands in the folder, too, and in the cache, if there is one
     */
    public ClipManifest generate(ClipRequest request, Path folder, Optional<String> saveTemplate, Observer observer)
            throws ExecutorException {
        List<String> warnings = new ArrayList<>();
        Observer watched = watched(observer, warnings);
        backend.remarks().forEach(watched::warned);
        ClipPlan bare = ClipPlan.of(request, bundle.manifest());
        Optional<ClipPlan> set = scenes.set(bare, request.template());
        ClipPlan plan = set.isPresent() ? set.get() : bare.on(makeAnew(request.template(), watched));
        if (clips.isEmpty() || saveTemplate.isPresent()) {
            return make(request, plan, folder, saveTemplate, watched, warnings);
        }
        ClipManifest manifest;
        // Of several processes with the same request one makes the clip, the others wait and take it.
        try (ContentStore.Hold hold = clips.get().hold(plan, watched)) {
            Optional<ClipManifest> reused =
                    new ClipReuse(clips.get(), cancellation).publish(request, plan, folder, start, watched);
            manifest = reused.isPresent() ? reused.get() : make(request, plan, folder, saveTemplate, watched, warnings);
        }
        start = System.nanoTime();
        return manifest;
    }

    private Observer watched(Observer observer, List<String> warnings) {
        return new Observer() {
            @Override
            public void progressed(Stage stage, int step, int steps) throws ExecutorException {
                cancellation.check();
                observer.progressed(stage, step, steps);
            }

            @Override
            public void warned(String sentence) {
                warnings.add(sentence);
                observer.warned(sentence);
            }
        };
    }

    /** Makes the content of a named template that the cache no longer has. */
    private SceneTemplate makeAnew(String name, Observer watched) throws ExecutorException {
        SceneTemplates.Recipe recipe = scenes.recipe(name);
        watched.warned("The scene template " + name + " is no longer whole in the cache and is made anew.");
        ClipPlan plan = ClipPlan.of(recipe.request(), bundle.manifest());
        SceneRecorder recorder = new SceneRecorder(bundle, plan);
        pipeline.generate(plan, recorder.watching(watched), (index, frame) -> recorder.add(frame));
        SceneTemplate scene = recorder.template();
        if (!scene.digest().equals(recipe.digest())) {
            watched.warned("Made anew here, the scene template " + name + " is not the same to the bit as it was.");
        }
        save(name, scene, plan);
        return scene;
    }

    private void save(String name, SceneTemplate scene, ClipPlan plan) throws ExecutorException {
        if (scenes.saved().isPresent()) {
            scenes.saved().get().save(name, scene, plan.request());
        }
    }

    private ClipManifest make(
            ClipRequest request,
            ClipPlan plan,
            Path folder,
            Optional<String> saveTemplate,
            Observer watched,
            List<String> warnings)
            throws ExecutorException {
        int width = plan.size().width();
        int height = plan.size().height();
        SceneRecorder recorder = new SceneRecorder(bundle, plan);
        Observer seeing = saveTemplate.isPresent() ? recorder.watching(watched) : watched;
        pipeline.prepare(plan, watched);
        try (ClipFolder files = new ClipFolder(folder, width, height, plan.frames(), FrameRate.of(plan.fps()))) {
            cancellation.onEmergency(files::delete);
            ForegroundMatte matte = plan.template() == null ? null : new ForegroundMatte(plan.template());
            VideoPipeline.Cost cost = pipeline.generate(plan, seeing, (index, frame) -> {
                files.add(index, matte == null ? frame : matte.paste(frame));
                if (saveTemplate.isPresent()) {
                    recorder.add(frame);
                }
            });
            long finishing = System.nanoTime();
            files.finishVideo();
            ClipManifest manifest = manifest(request, plan, files, cost, warnings, finishing);
            cancellation.check();
            if (clips.isPresent() && !cost.tiled()) {
                // What was decoded in tiles depends on the memory of the moment: it is nothing for others.
                clips.get().keep(plan, new ClipCache.KeptClip(manifest, files.contents()));
            }
            if (saveTemplate.isPresent()) {
                SceneTemplate scene = recorder.template();
                TemplateFile.write(scene, folder.resolve(saveTemplate.get() + TemplateFile.SUFFIX));
                save(saveTemplate.get(), scene, plan);
            }
            files.publish(stream -> JSON.writeValue(stream, manifest));
            watched.progressed(Stage.DONE, 1, 1);
            start = System.nanoTime();
            return manifest;
        }
    }

    private ClipManifest manifest(
            ClipRequest request,
            ClipPlan plan,
            ClipFolder files,
            VideoPipeline.Cost cost,
            List<String> warnings,
            long finishing)
            throws ExecutorException {
        String sha256 = sha256(files.video());
        long now = System.nanoTime();
        double total = (now - start) / 1e9;
        double perFrame = total * 1000 / plan.frames();
        double factor = total / plan.durationSeconds();
        return new ClipManifest(
                ClipManifest.SCHEMA,
                new ClipManifest.Request(
                        plan.prompt(),
                        plan.negativePrompt(),
                        plan.seed(),
                        plan.mode(),
                        plan.quality(),
                        plan.size().width(),
                        plan.size().height(),
                        plan.frames(),
                        plan.fps(),
                        plan.guidance()),
                new ClipManifest.Clip(
                        ClipFolder.CLIP,
                        sha256,
                        plan.size().width(),
                        plan.size().height(),
                        plan.frames(),
                        plan.fps(),
                        plan.durationSeconds(),
                        ClipEncoder.codecName()),
                files.frameDigest(),
                new ClipManifest.Bundle(
                        bundle.manifest().name(), bundle.manifest().version(), bundle.digest()),
                new ClipManifest.Backend(backend.name(), backend.version(), backend.device()),
                plan.settings().sampler(),
                cost.steps(),
                cost.networkEvaluations(),
                new ClipManifest.Timings(
                        rounded(cost.loadSeconds()),
                        rounded(cost.textEncoderSeconds()),
                        rounded(cost.denoiseSeconds()),
                        rounded(cost.decodeSeconds()),
                        rounded(cost.sinkSeconds() + (now - finishing) / 1e9),
                        rounded(total)),
                rounded(perFrame),
                rounded(factor),
                LatencyClass.of(perFrame, factor).label(),
                List.copyOf(warnings),
                reused(plan, cost),
                template(
                        request,
                        plan.template() == null ? null : plan.template().digest()),
                plan.chosenByQuality(),
                request.degraded());
    }

    private static List<String> reused(ClipPlan plan, VideoPipeline.Cost cost) {
        List<String> reused = new ArrayList<>();
        if (cost.embeddingsReused()) {
            reused.add(ClipManifest.REUSED_EMBEDDINGS);
        }
        if (plan.template() != null) {
            reused.add(ClipManifest.REUSED_TEMPLATE);
        }
        return reused;
    }

    /** What the manifest says of a request's template. */
    static ClipManifest.Template template(ClipRequest request, String digest) {
        return digest == null ? null : new ClipManifest.Template(Scenes.name(request.template()), digest);
    }

    private static String sha256(Path file) throws ExecutorException {
        try {
            return FileDigest.of(file, length -> {});
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The finished video " + file + " cannot be read (" + e + "): check the disk, then try again.",
                    e);
        }
    }

    /** To three places, as the manifest has its numbers. */
    static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    @Override
    public void close() {
        pipeline.close();
    }
}
