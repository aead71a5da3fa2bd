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
        /** A network does not fit whole: TensorRT streams a part of its weights from the host in every step. */
        STREAMED("weights are streamed from the host"),
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
     * @param streamed the part of the largest network's weights that stays on the host, 0 to 1
     * @param tiling the decoder's tiles, or nothing where it decodes whole
     */
    public record Arrangement(Residence residence, long peak, double streamed, Optional<Tiling> tiling) {}

    /**
     * @param mode one of the manifest's modes
     * @param size any size, whether or not the manifest allows it
     */
    public static MemoryPlan of(BundleManifest manifest, Mode mode, Size size, int frames) {
        int bytes =
                manifest.tensorrt() == null || manifest.tensorrt().precision().equals("fp32") ? FLOAT : 2;
        Geometry geometry = manifest.geometry();
        long[] latent = geometry.latentShape(size, frames);
        long tokens = latent[2]
                / geometry.patch().get(0)
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
                pixels * activations(decoder) * FLOAT,
                complete);
    }

    private static NetworkFile network(BundleManifest manifest, Mode mode, String name) {
        return manifest.networks().get(manifest.networkIn(mode, name));
    }

    private static long activations(NetworkFile network) {
        return network.activations() == null ? 0 : network.activations();
    }

    /** The fastest way in which one clip after another runs in {@code memory} bytes of a device. */
    public Arrangement arrange(long memory) {
        long usable = memory - RESERVED;
        // Whatever stays loaded, the decoder is left enough for tiles of a useful size.
        Tiling smallest = new Tiling(DecodingMemory.SMALLEST_TILE, DecodingMemory.OVERLAP);
        long leastDecoding = Math.min(decoding, Math.max(tileBytes(smallest), usable / 10));
        long all = textEncoder + experts + decoder;
        if (all + Math.max(Math.max(encoding, denoising), leastDecoding) <= usable) {
            return arrangement(Residence.ALL, all + Math.max(encoding, denoising), all, usable);
        }
        long encodingPeak = experts + textEncoder + encoding;
        if (Math.max(encodingPeak, experts + Math.max(denoising, decoder + leastDecoding)) <= usable) {
            return arrangement(
                    Residence.EXPERTS, Math.max(encodingPeak, experts + denoising), experts + decoder, usable);
        }
        encodingPeak = textEncoder + encoding;
        long decodingLeast = decoder + leastDecoding;
        if (Math.max(encodingPeak, Math.max(largestExpert + denoising, decodingLeast)) <= usable) {
            return arrangement(
                    Residence.ONE_AT_A_TIME, Math.max(encodingPeak, largestExpert + denoising), decoder, usable);
        }
        if (Math.max(Math.max(encoding, denoising), decodingLeast) >= usable) {
            return new Arrangement(Residence.IMPOSSIBLE, 0, 0, Optional.empty());
        }
        long onHost = Math.max(textEncoder + encoding, largestExpert + denoising) - usable;
        double streamed = (double) onHost / Math.max(textEncoder, largestExpert);
        return new Arrangement(Residence.STREAMED, memory, streamed, tiling(usable - decoder));
    }

    /**
     * @param before the most that is taken before decoding
     * @param beside what lies on the device beside the decoder's activations
     */
    private Arrangement arrangement(Residence residence, long before, long beside, long usable) {
        Optional<Tiling> tiling = tiling(usable - beside);
        long whileDecoding = beside + tiling.map(this::tileBytes).orElse(decoding);
        return new Arrangement(residence, Math.max(before, whileDecoding) + RESERVED, 0, tiling);
    }

    private Optional<Tiling> tiling(long bytes) {
        return new DecodingMemory(Math.max(1, bytes)).tiling(size.width(), size.height(), frames, spatialFactor);
    }

    private long tileBytes(Tiling tiling) {
        long rows = Math.min(tiling.extent(), size.height() / spatialFactor);
        long columns = Math.min(tiling.extent(), size.width() / spatialFactor);
        long whole = (long) (size.height() / spatialFactor) * (size.width() / spatialFactor);
        return decoding / whole * rows * columns;
    }
}
