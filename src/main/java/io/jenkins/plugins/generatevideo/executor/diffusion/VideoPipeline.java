package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.Tensor;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.Expert;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import io.jenkins.plugins.generatevideo.executor.text.TextTokenizer;
import io.jenkins.plugins.generatevideo.executor.text.TokenizedText;
import io.jenkins.plugins.generatevideo.executor.text.Vocabulary;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Text-to-video diffusion with one engine bundle: encode the prompt, draw the noise, denoise, decode. Networks are loaded
 * when first needed and stay loaded for the next clip. For one thread.
 */
public final class VideoPipeline implements AutoCloseable {
    /** Takes the frames of a clip, in order: each the bytes of its rows, red, green and blue of every pixel. */
    public interface FrameSink {
        void accept(int index, byte[] rgb24) throws ExecutorException;
    }

    /**
     * What a generation cost.
     *
     * @param steps that the sampler took
     * @param networkEvaluations of the denoising experts, both passes of guidance counted
     * @param loadSeconds loading of networks and tokenizer; the other stages are without it
     * @param sinkSeconds what the frame sink took, also not in the decoder's time
     * @param embeddingsReused whether the prompt embeddings came from the cache
     * @param tiled whether the clip was decoded in tiles, since the memory of the moment did not suffice for the whole
     */
    public record Cost(
            int steps,
            int networkEvaluations,
            double loadSeconds,
            double textEncoderSeconds,
            double denoiseSeconds,
            double decodeSeconds,
            double sinkSeconds,
            boolean embeddingsReused,
            boolean tiled) {}

    private final EngineBundle bundle;
    private final BundleManifest manifest;
    private final Backend backend;
    private final NetworkLoader networks;
    private final DecodingMemory memory;
    private final EmbeddingCache cache;
    private Placement placement = Placement.EVERYTHING;
    private String placed = "";

    /** @param memory decides between whole and tiled decoding */
    public VideoPipeline(EngineBundle bundle, Backend backend, DecodingMemory memory) {
        this(bundle, backend, memory, EmbeddingCache.NONE);
    }

    /**
     * @param memory decides between whole and tiled decoding
     * @param cache what earlier runs with this bundle and backend have kept
     */
    public VideoPipeline(EngineBundle bundle, Backend backend, DecodingMemory memory, EmbeddingCache cache) {
        this.bundle = bundle;
        this.manifest = bundle.manifest();
        this.backend = backend;
        this.networks = new NetworkLoader(bundle, backend);
        this.memory = memory;
        this.cache = cache;
    }

    /**
     * Begins to load what a clip needs, in the order in which it does, while its maker still does other things.
     *
     * @throws ExecutorException {@code MACHINE_UNSUITABLE} if the clip cannot fit into the memory
     */
    public void prepare(ClipPlan plan, Observer observer) throws ExecutorException {
        place(plan, observer);
        if (cache == EmbeddingCache.NONE) {
            networks.prepare(manifest.networkIn(plan.settings(), BundleManifest.TEXT_ENCODER));
        }
        for (Expert expert : manifest.experts()) {
            networks.prepare(manifest.networkIn(plan.settings(), expert.network()));
        }
        if (placement.residence() == MemoryPlan.Residence.ALL) {
            networks.prepare(manifest.networkIn(plan.settings(), BundleManifest.VAE_DECODER));
        }
    }

    /**
     * Makes one clip.
     *
     * @throws ExecutorException whatever the networks, the observer or the sink throw
     */
    public Cost generate(ClipPlan plan, Observer observer, FrameSink sink) throws ExecutorException {
        Stopwatch watch = new Stopwatch(networks);
        prepare(plan, observer);
        observer.progressed(Stage.LOAD, 0, 1);
        String textEncoder = manifest.networkIn(plan.settings(), BundleManifest.TEXT_ENCODER);
        TokenizedText[] tokens = tokenize(plan, observer);
        double tokenizing = watch.wholeLap();

        LongTensor ids = joined(tokens, TokenizedText::ids);
        LongTensor mask = joined(tokens, TokenizedText::mask);
        Optional<FloatTensor> known = cache.find(textEncoder, ids, mask);
        if (known.isEmpty()) {
            networks.get(textEncoder);
        }
        observer.progressed(Stage.ENCODE_TEXT, 0, 1);
        FloatTensor embeddings = known.isPresent() ? known.get() : encode(plan, ids, mask);
        if (known.isEmpty()) {
            cache.keep(textEncoder, ids, mask, embeddings);
        }
        double encoding = watch.lap();

        Denoiser denoiser = denoiser();
        FloatTensor latent = denoise(plan, embeddings, denoiser, observer);
        double denoising = watch.lap();

        FloatTensor images = decode(plan, latent, observer);
        double decoding = watch.lap();

        for (int frame = 0; frame < plan.frames(); frame++) {
            observer.progressed(Stage.ENCODE_VIDEO, frame, plan.frames());
            sink.accept(frame, VideoDecoder.rgb24(images, frame));
        }
        observer.progressed(Stage.ENCODE_VIDEO, plan.frames(), plan.frames());
        return new Cost(
                denoiser.steps(),
                denoiser.evaluations(),
                tokenizing + watch.loadSeconds(),
                encoding,
                denoising,
                decoding,
                watch.lap(),
                known.isPresent(),
                tiling(plan).isPresent());
    }

    /** Looks at the memory before the first clip, and again before one of another kind. */
    private void place(ClipPlan plan, Observer observer) throws ExecutorException {
        String kind = plan.mode() + " " + plan.size() + " " + plan.frames();
        if (!placed.equals(kind)) {
            networks.place(Placement.EVERYTHING);
            placement = Placement.choose(bundle, plan, backend, observer);
            networks.place(placement);
            placed = kind;
        }
    }

    /** The tokens of the prompt and, if any expert is guided by it, of the negative prompt. */
    private TokenizedText[] tokenize(ClipPlan plan, Observer observer) throws ExecutorException {
        Path file = bundle.tokenizer();
        bundle.verifyFiles(bundle.textFiles(), ProgressListener.NONE);
        try (TextTokenizer tokenizer = TextTokenizer.load(file, manifest.text().maximumLength())) {
            TokenizedText prompt = tokenizer.encode(plan.prompt());
            if (prompt.truncated()) {
                observer.warned("The prompt is longer than the model reads; only its first "
                        + manifest.text().maximumLength() + " tokens count.");
            }
            if (bundle.vocabulary().isPresent()) {
                List<String> unknown =
                        Vocabulary.load(bundle.vocabulary().get()).unknownWords(plan.prompt());
                if (!unknown.isEmpty()) {
                    observer.warned(
                            "The model does not know " + quoted(unknown) + "; it shows what the other words say.");
                }
            }
            boolean guided = plan.guidance().stream().anyMatch(scale -> scale != 1);
            return guided
                    ? new TokenizedText[] {prompt, tokenizer.encode(plan.negativePrompt())}
                    : new TokenizedText[] {prompt};
        }
    }

    private static String quoted(List<String> words) {
        return "\"" + String.join("\", \"", words) + "\"";
    }

    private static LongTensor joined(TokenizedText[] texts, Function<TokenizedText, LongTensor> part) {
        return LongTensor.concatenated(Arrays.stream(texts).map(part).toList());
    }

    /**
     * The prompt embeddings of token ids.
     *
     * @param ids {@code [batch, tokens]}: the prompt, then the negative prompt
     * @param mask {@code [batch, tokens]}
     * @return {@code [batch, tokens, width]}, zero at padding where the bundle says so
     */
    FloatTensor encode(ClipPlan plan, LongTensor ids, LongTensor mask) throws ExecutorException {
        return PromptEncoder.encode(
                networks.get(manifest.networkIn(plan.settings(), BundleManifest.TEXT_ENCODER)),
                ids,
                mask,
                manifest.text().zeroPadding());
    }

    /** The clean latent for a plan; its initial noise is PyTorch's for the seed. */
    FloatTensor denoise(ClipPlan plan, FloatTensor embeddings, Denoiser denoiser, Observer observer)
            throws ExecutorException {
        TorchGenerator generator = new TorchGenerator(plan.seed());
        long[] shape = manifest.geometry().latentShape(plan.size(), plan.frames());
        FloatTensor noise = new FloatTensor(shape, generator.randn(Tensor.elements(shape)));
        Prediction prediction = manifest.predictionIn(plan.settings());
        String name = plan.settings().sampler();
        Sampler sampler = Samplers.create(name, plan.steps(), prediction, generator);
        if (plan.template() == null) {
            return denoiser.denoise(
                    noise, embeddings, sampler, plan.settings(), plan.guidance(), Denoiser.Scene.NONE, observer);
        }
        KnownBackground background = new KnownBackground(plan.template());
        FlowSchedule schedule =
                Samplers.flowSchedule(name, plan.steps(), prediction).from(plan.noiseLevel());
        return denoiser.denoise(
                background.noisy(schedule.sigma(0), noise),
                embeddings,
                Samplers.along(schedule, name),
                plan.settings().withoutStepCache(),
                plan.guidance(),
                (step, latent, predicted) -> background.guide(schedule.sigma(step), latent, predicted),
                observer);
    }

    Denoiser denoiser() {
        return new Denoiser(manifest, networks);
    }

    /** The pictures of a clean latent, {@code [1, 3, frames, height, width]} in about [-1, 1]. */
    FloatTensor decode(ClipPlan plan, FloatTensor latent, Observer observer) throws ExecutorException {
        Network decoder = networks.get(manifest.networkIn(plan.settings(), BundleManifest.VAE_DECODER));
        FloatTensor input = VideoDecoder.denormalise(latent, manifest.latent());
        Optional<Tiling> tiling = tiling(plan);
        if (tiling.isEmpty()) {
            observer.progressed(Stage.DECODE, 0, 1);
            FloatTensor images = VideoDecoder.decode(decoder, input);
            observer.progressed(Stage.DECODE, 1, 1);
            return images;
        }
        return VideoDecoder.decode(decoder, input, tiling.get(), observer);
    }

    private Optional<Tiling> tiling(ClipPlan plan) {
        if (backend.memory().ofGpu()) {
            return placement.tiling();
        }
        Size size = plan.size();
        return memory.tiling(
                size.width(), size.height(), plan.frames(), manifest.geometry().spatialFactor());
    }

    @Override
    public void close() {
        networks.close();
    }
}
