package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.Mode;
import io.jenkins.plugins.generatevideo.executor.bundle.StepCacheSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Leads a latent from noise to a clean one: at each time step the expert of that noise level predicts, with and without
 * the prompt in one batch of two, classifier-free guidance (Ho and Salimans 2022) joins the two, the sampler steps. Where
 * the mode has a step cache, some predictions come from it instead.
 */
final class Denoiser {
    /** What is known of the clip before it is made. */
    @FunctionalInterface
    interface Scene {
        /** Knows nothing. */
        Scene NONE = (step, latent, prediction) -> prediction;

        /** The prediction for {@code latent} at a step, with what is known in its place. */
        float[] guide(int step, float[] latent, float[] prediction);
    }

    private final BundleManifest bundle;
    private final NetworkLoader networks;
    private int steps;
    private int evaluations;

    Denoiser(BundleManifest bundle, NetworkLoader networks) {
        this.bundle = bundle;
        this.networks = networks;
    }

    /**
     * @param latent the initial noise {@code [1, channels, frames, height, width]}
     * @param embeddings {@code [2, tokens, width]}: of the prompt, then of the negative prompt
     * @param guidance one scale for each expert; 1 leaves the negative prompt out
     * @param scene makes another prediction of a joined one where a known scene shows
     * @return the clean latent, normalised as the experts see it
     */
    FloatTensor denoise(
            FloatTensor latent,
            FloatTensor embeddings,
            Sampler sampler,
            Mode mode,
            List<Double> guidance,
            Scene scene,
            Observer observer)
            throws ExecutorException {
        float[] timesteps = sampler.timesteps();
        // one tensor for all steps: a GPU keeps what it is given again
        FloatTensor prompt = firstOf(embeddings);
        StepCacheSettings saving = mode.stepCache();
        boolean striding = saving != null && saving.longestStride() != null;
        Strides strides = striding ? new Strides(saving, timesteps) : null;
        StepCache cache = null;
        int expert = -1;
        int next;
        for (int step = 0; step < timesteps.length; step = next) {
            observer.progressed(Stage.DENOISE, step, timesteps.length);
            float timestep = timesteps[step];
            if (expert(timestep) != expert) {
                // Another network predicts from here on; what the first said is no guide to it.
                expert = expert(timestep);
                if (striding) {
                    strides.begin(end(timesteps, expert));
                } else if (saving != null) {
                    cache = new StepCache(saving);
                }
            }
            FloatTensor noisy = latent;
            Network network = networks.get(
                    bundle.networkIn(mode, bundle.experts().get(expert).network()));
            double scale = guidance.get(expert);
            StepCache.Evaluation evaluation =
                    () -> predict(network, noisy, scale == 1 ? prompt : embeddings, timestep, scale);
            float[] prediction = cache == null
                    ? evaluation.predict()
                    : cache.predict(noisy.data(), step == timesteps.length - 1, evaluation);
            prediction = scene.guide(step, latent.data(), prediction);
            next = striding ? strides.next(step, prediction) : step + 1;
            latent = new FloatTensor(latent.shape(), sampler.stride(step, next, prediction, latent.data()));
            steps += next - step;
            observer.denoised(next - 1, latent);
        }
        observer.progressed(Stage.DENOISE, timesteps.length, timesteps.length);
        return latent;
    }

    /** The expert for a noise level: the first down to the boundary, the second below it. */
    private int expert(float timestep) {
        boolean first = bundle.boundary() == null
                || timestep >= bundle.boundary() * bundle.prediction().trainTimesteps();
        return first ? 0 : 1;
    }

    /** The first step after those of an expert. */
    private int end(float[] timesteps, int expert) {
        int end = timesteps.length;
        while (expert(timesteps[end - 1]) != expert) {
            end--;
        }
        return end;
    }

    private float[] predict(
            Network network, FloatTensor latent, FloatTensor embeddings, float timestep, double guidance)
            throws ExecutorException {
        boolean guided = guidance != 1;
        int batch = guided ? 2 : 1;
        evaluations += batch;
        int size = latent.data().length;
        float[] output = network.run(Map.of(
                        "hidden_states", repeated(latent, batch),
                        "timestep", timestep(timestep, batch, latent.shape()),
                        "encoder_hidden_states", embeddings))
                .get("denoised_latents")
                .data();
        if (!guided) {
            return output;
        }
        float[] prediction = new float[size];
        float scale = (float) guidance;
        for (int i = 0; i < size; i++) {
            prediction[i] = output[size + i] + scale * (output[i] - output[size + i]);
        }
        return prediction;
    }

    private FloatTensor timestep(float timestep, int batch, long[] latentShape) {
        long[] shape = bundle.timestepPerToken() ? new long[] {batch, tokens(latentShape)} : new long[] {batch};
        float[] data = new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
        Arrays.fill(data, timestep);
        return new FloatTensor(shape, data);
    }

    private long tokens(long[] latentShape) {
        List<Integer> patch = bundle.geometry().patch();
        return (latentShape[2] / patch.get(0)) * (latentShape[3] / patch.get(1)) * (latentShape[4] / patch.get(2));
    }

    private static FloatTensor repeated(FloatTensor tensor, int times) {
        if (times == 1) {
            return tensor;
        }
        int size = tensor.data().length;
        float[] data = Arrays.copyOf(tensor.data(), size * times);
        for (int i = 1; i < times; i++) {
            System.arraycopy(tensor.data(), 0, data, i * size, size);
        }
        long[] shape = tensor.shape().clone();
        shape[0] *= times;
        return new FloatTensor(shape, data);
    }

    private static FloatTensor firstOf(FloatTensor embeddings) {
        if (embeddings.shape()[0] == 1) {
            return embeddings;
        }
        long[] shape = embeddings.shape().clone();
        int size = embeddings.data().length / (int) shape[0];
        shape[0] = 1;
        return new FloatTensor(shape, Arrays.copyOf(embeddings.data(), size));
    }

    /** The steps taken so far. */
    int steps() {
        return steps;
    }

    /** Evaluations of the experts for one latent so far, both passes of guidance counted, reused predictions not. */
    int evaluations() {
        return evaluations;
    }
}
