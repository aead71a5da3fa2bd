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
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import io.jenkins.plugins.generatevideo.executor.text.TextTokenizer;
import io.jenkins.plugins.generatevideo.executor.text.TokenizedText;
import io.jenkins.plugins.generatevideo.executor.text.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
     * @param networkEvaluations of the denoising experts, both passes of guidance counted
     * @param loadSeconds loading of networks and tokenizer; the other stages are without it
     * @param sinkSeconds what the frame sink took, also not in the decoder's time
     */
    public record Cost(
            int networkEvaluations,
            double loadSeconds,
            double textEncoderSeconds,
            double denoiseSeconds,
            double decodeSeconds,
            double sinkSeconds) {}

    private final EngineBundle bundle;
    private final BundleManifest manifest;
    private final NetworkLoader networks;
    private final DecodingMemory memory;

    /** @param memory decides between whole and tiled decoding */
    public VideoPipeline(EngineBundle bundle, Backend backend, DecodingMemory memory) {
        this.bundle = bundle;
        this.manifest = bundle.manifest();
        this.networks = new NetworkLoader(bundle, backend);
        this.memory = memory;
    }

    /**
     * Makes one clip.
     *
     * @throws ExecutorException whatever the networks, the observer or the sink throw
     */
    public Cost generate(ClipPlan plan, Observer observer, FrameSink sink) throws ExecutorException {
        Stopwatch watch = new Stopwatch(networks);
        observer.progressed(Stage.LOAD, 0, 1);
        networks.prepare(manifest.networkIn(plan.settings(), BundleManifest.TEXT_ENCODER));
        networks.prepare(
                manifest.networkIn(plan.settings(), manifest.experts().get(0).network()));
        TokenizedText[] tokens = tokenize(plan, observer);
        double tokenizing = watch.wholeLap();

        networks.get(manifest.networkIn(plan.settings(), BundleManifest.TEXT_ENCODER));
        observer.progressed(Stage.ENCODE_TEXT, 0, 1);
        FloatTensor embeddings = encode(plan, tokens);
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
                denoiser.evaluations(),
                tokenizing + watch.loadSeconds(),
                encoding,
                denoising,
                decoding,
                watch.lap());
    }

    /** The tokens of the prompt and, if any expert is guided by it, of the negative prompt. */
    private TokenizedText[] tokenize(ClipPlan plan, Observer observer) throws ExecutorException {
        Path file = bundle.tokenizer();
        bundle.verifyFiles(Set.of(manifest.text().tokenizer()), ProgressListener.NONE);
        try (TextTokenizer tokenizer =
                TextTokenizer.load(file, manifest.text().maximumLength())) {
            TokenizedText prompt = tokenizer.encode(plan.prompt());
            if (prompt.truncated()) {
                observer.warned("The prompt is longer than the model reads; only its first "
                        + manifest.text().maximumLength() + " tokens count.");
            }
            if (bundle.vocabulary().isPresent()) {
                List<String> unknown = Vocabulary.load(bundle.vocabulary().get()).unknownWords(plan.prompt());
                if (!unknown.isEmpty()) {
                    observer.warned("The model does not know " + quoted(unknown)
                            + "; it shows what the other words say.");
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

    private FloatTensor encode(ClipPlan plan, TokenizedText[] texts) throws ExecutorException {
        List<LongTensor> ids = new ArrayList<>();
        List<LongTensor> masks = new ArrayList<>();
        for (TokenizedText text : texts) {
            ids.add(text.ids());
            masks.add(text.mask());
        }
        return encode(plan, LongTensor.concatenated(ids), LongTensor.concatenated(masks));
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
        Sampler sampler = Samplers.create(
                plan.settings().sampler(), plan.steps(), manifest.predictionIn(plan.settings()), generator);
        return denoiser.denoise(noise, embeddings, sampler, plan.settings(), plan.guidance(), observer);
    }

    Denoiser denoiser() {
        return new Denoiser(manifest, networks);
    }

    /** The pictures of a clean latent, {@code [1, 3, frames, height, width]} in about [-1, 1]. */
    FloatTensor decode(ClipPlan plan, FloatTensor latent, Observer observer) throws ExecutorException {
        Network decoder = networks.get(manifest.networkIn(plan.settings(), BundleManifest.VAE_DECODER));
        FloatTensor input = VideoDecoder.denormalise(latent, manifest.latent());
        Size size = plan.size();
        Optional<Tiling> tiling = memory.tiling(size.width(), size.height(), plan.frames(), manifest.geometry().spatialFactor());
        if (tiling.isEmpty()) {
            observer.progressed(Stage.DECODE, 0, 1);
            FloatTensor images = VideoDecoder.decode(decoder, input);
            observer.progressed(Stage.DECODE, 1, 1);
            return images;
        }
        return VideoDecoder.decode(decoder, input, tiling.get(), observer);
    }

    @Override
    public void close() {
        networks.close();
    }
}
