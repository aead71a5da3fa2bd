package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.Geometry;
import io.jenkins.plugins.generatevideo.executor.bundle.Mode;
import io.jenkins.plugins.generatevideo.executor.bundle.NetworkFile;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The memory that a clip takes on a device, computed from the bundle's manifest alone. All in bytes.
 *
 * <p>Weights are parameters times the size of a number in the bundle's precision; decoders compute in 32 bits whatever that
 * is. Activations are the numbers that the manifest says live at once, times tokens and batch (two with guidance), or times
 * frames and pixels in the decoder; attention is taken to be fused, as TensorRT does it, so that its scores are never
 * stored. Of the latent there are as many copies as the sampler remembers.
 *
 * @param textEncoder the text encoder's weights
 * @param experts the weights of all experts of the mode together
 * @param largestExpert the weights of the largest of them
 * @param decoder the decoder's weights
 * @param encoding what encoding the prompts takes besides weights
 * @param denoising what one step takes besides weights
 * @param decoding what decoding whole takes besides weights
 * @param complete whether the manifest says of every network what lives at once; if not, the plan is too small
 */
public record MemoryPlan(
        Size size,
        int frames,
        int spatialFactor,
        long textEncoder,
        long experts,
        long largestExpert,
        long decoder,
        long encoding,
        long denoising,
        long decoding,
        boolean complete) {
    /**
     * What the driver's context, the runtime's workspace and fragmentation take on a GPU; an estimate, to be replaced by a
     * measurement.
     */
    public static final long RESERVED = 1_500_000_000L;

    private static final int FLOAT = 4;
    // the latent, the network's input and output for both passes, and what UniPC remembers
    private static final int LATENT_COPIES = 9;

    /** Which networks lie on the device at once. */
    public enum Residence {
        /** Everything; the next clip loads nothing. */
        ALL("all networks stay loaded"),
        /** The text encoder is dropped after encoding, and loaded again for the next clip. */
        EXPERTS("the text encoder is dropped after encoding, the experts stay loaded"),
        /** Each network is dropped before the next is loaded. */
        ONE_AT_A_TIME("one network at a time"),
        /** An expert does not fit whole: TensorRT streams a part of its weights from the host in every step. */
        STREAMED("the experts' weights are streamed from the host"),
        /** Not even the activations fit. */
        IMPOSSIBLE("does not fit: take a smaller size or fewer frames");

        private final String description;

        Residence(String description) {
            this.description = description;
        }

        public String description() {
            return description;
        }
    }

    /**
     * How a clip runs on a device.
     *
     * @param peak the most that is taken at once, {@link #RESERVED} counted
     * @param streamed the part of an expert's weights that stays on the host, 0 to 1
     * @param tiling the decoder's tiles, or nothing where it decodes whole
     */
    public record Arrangement(Residence residence, long peak, double streamed, Optional<Tiling> tiling) {}

    /**
     * @param mode one of the manifest's modes
     * @param size any size, whether or not the manifest allows it
     */
    public static MemoryPlan of(BundleManifest manifest, Mode mode, Size size, int frames) {
        int bytes = manifest.tensorrt() == null || manifest.tensorrt().precision().equals("fp32") ? FLOAT : 2;
        Geometry geometry = manifest.geometry();
        long[] latent = geometry.latentShape(size, frames);
        long tokens = latent[2] / geometry.patch().get(0)
                * (latent[3] / geometry.patch().get(1))
                * (latent[4] / geometry.patch().get(2));
        long latentBytes = FLOAT * latent[1] * latent[2] * latent[3] * latent[4];
        long pixels = (long) frames * size.width() * size.height();

        NetworkFile text = network(manifest, mode, BundleManifest.TEXT_ENCODER);
        NetworkFile decoder = network(manifest, mode, BundleManifest.VAE_DECODER);
        Set<String> names = new TreeSet<>();
        long denoising = 0;
        boolean complete = text.activations() != null && decoder.activations() != null;
        for (int index = 0; index < manifest.experts().size(); index++) {
            String name = manifest.networkIn(mode, manifest.experts().get(index).network());
            names.add(name);
            NetworkFile expert = manifest.networks().get(name);
            int batch = manifest.guidanceIn(mode, index) == 1 ? 1 : 2;
            denoising = Math.max(denoising, batch * tokens * activations(expert) * bytes);
            complete &= expert.activations() != null;
        }
        long experts = 0;
        long largest = 0;
        for (String name : names) {
            long weights = manifest.networks().get(name).parameters() * bytes;
            experts += weights;
            largest = Math.max(largest, weights);
        }
        return new MemoryPlan(
                size,
                frames,
                geometry.spatialFactor(),
                text.parameters() * bytes,
                experts,
                largest,
                decoder.parameters() * FLOAT,
                2L * manifest.text().maximumLength() * activations(text) * bytes,
                denoising + LATENT_COPIES * latentBytes,
                pixels * (activations(decoder) + 3) * FLOAT,
                complete);
    }

    private static NetworkFile network(BundleManifest manifest, Mode mode, String name) {
        return manifest.networks().get(manifest.networkIn(mode, name));
    }

    private static long activations(NetworkFile network) {
        return network.activations() == null ? 0 : network.activations();
    }

    /** The fastest way in which a clip runs in {@code memory} bytes of a device. */
    public Arrangement arrange(long memory) {
        long usable = memory - RESERVED;
        // Whatever stays loaded, the decoder must be left enough for tiles of a useful size.
        long tile = Math.min(decoding, usable / 10);
        long all = textEncoder + experts + decoder + Math.max(Math.max(encoding, denoising), tile);
        if (all <= usable) {
            return arrangement(Residence.ALL, textEncoder + experts + decoder, usable);
        }
        boolean textFits = textEncoder + encoding <= usable;
        if (textFits && experts + Math.max(denoising, decoder + tile) <= usable) {
            return arrangement(Residence.EXPERTS, experts, usable);
        }
        if (textFits && largestExpert + denoising <= usable && decoder + tile <= usable) {
            return arrangement(Residence.ONE_AT_A_TIME, 0, usable);
        }
        if (Math.max(denoising, encoding) >= usable || decoder + tile > usable) {
            return new Arrangement(Residence.IMPOSSIBLE, 0, 0, Optional.empty());
        }
        long held = Math.min(largestExpert, usable - denoising);
        Optional<Tiling> tiling = tiling(usable - decoder);
        return new Arrangement(
                Residence.STREAMED, memory, 1 - (double) held / largestExpert, tiling);
    }

    private Arrangement arrangement(Residence residence, long kept, long usable) {
        long whileEncoding = textEncoder + encoding;
        long whileDenoising = Math.max(kept, largestExpert) + denoising;
        long besideDecoding = Math.max(kept, residence == Residence.ALL ? 0 : kept + decoder);
        Optional<Tiling> tiling = tiling(usable - besideDecoding);
        long whileDecoding = besideDecoding + tiling.map(this::tileBytes).orElse(decoding);
        long peak = Math.max(whileDecoding, Math.max(whileDenoising, Math.max(kept, whileEncoding)));
        return new Arrangement(residence, peak + RESERVED, 0, tiling);
    }

    private Optional<Tiling> tiling(long bytes) {
        return new DecodingMemory(Math.max(1, bytes)).tiling(size.width(), size.height(), frames, spatialFactor);
    }

    private long tileBytes(Tiling tiling) {
        long rows = Math.min(tiling.extent(), size.height() / spatialFactor);
        long columns = Math.min(tiling.extent(), size.width() / spatialFactor);
        double share = (double) rows * columns / ((size.height() / spatialFactor) * (size.width() / spatialFactor));
        return (long) (decoding * share);
    }
}
