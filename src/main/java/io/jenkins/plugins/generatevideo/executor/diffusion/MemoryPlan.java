package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.Geometry;
import io.jenkins.plugins.generatevideo.executor.bundle.Mode;
import io.jenkins.plugins.generatevideo.executor.bundle.NetworkFile;
import io.jenkins.plugins.generatevideo.executor.bundle.Size;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
     * @param peak the most that is taken at once, what is not for networks counted
     * @param streamed the part of the largest network's weights that stays on the host, 0 to 1
     * @param tiling the decoder's tiles, or nothing where it decodes whole
     */
    public record Arrangement(Residence residence, long peak, double streamed, Optional<Tiling> tiling) {}

    /**
     * For a GPU, from the manifest alone.
     *
     * @param mode one of the manifest's modes
     * @param size any size, whether or not the manifest allows it
     */
    public static MemoryPlan of(BundleManifest manifest, Mode mode, Size size, int frames) {
        return of(manifest, mode, size, frames, precisionBytes(manifest), Map.of());
    }

    /** The size of a number in the precision that TensorRT compiles for. */
    static int precisionBytes(BundleManifest manifest) {
        return manifest.tensorrt() == null || manifest.tensorrt().precision().equals("fp32") ? FLOAT : 2;
    }

    /**
     * @param bytes of a number in the experts and the text encoder
     * @param measured what is known better, by the networks' names
     */
    static MemoryPlan of(
            BundleManifest manifest,
            Mode mode,
            Size size,
            int frames,
            int bytes,
            Map<String, Backend.Footprint> measured) {
        Geometry geometry = manifest.geometry();
        long[] latent = geometry.latentShape(size, frames);
        long tokens = latent[2]
                / geometry.patch().get(0)
                * (latent[3] / geometry.patch().get(1))
                * (latent[4] / geometry.patch().get(2));
        long latentBytes = FLOAT * latent[1] * latent[2] * latent[3] * latent[4];
        long pixels = (long) frames * size.width() * size.height();

        Estimate text = new Estimate(manifest, manifest.networkIn(mode, BundleManifest.TEXT_ENCODER), bytes, measured);
        Estimate decoder =
                new Estimate(manifest, manifest.networkIn(mode, BundleManifest.VAE_DECODER), FLOAT, measured);
        Map<String, Estimate> experts = new TreeMap<>();
        long denoising = 0;
        boolean complete = text.complete() && decoder.complete();
        for (int index = 0; index < manifest.experts().size(); index++) {
            String name = manifest.networkIn(mode, manifest.experts().get(index).network());
            Estimate expert = new Estimate(manifest, name, bytes, measured);
            experts.put(name, expert);
            int batch = manifest.guidanceIn(mode, index) == 1 ? 1 : 2;
            denoising = Math.max(denoising, expert.activations(batch * tokens));
            complete &= expert.complete();
        }
        return new MemoryPlan(
                size,
                frames,
                geometry.spatialFactor(),
                text.weights(),
                experts.values().stream().mapToLong(Estimate::weights).sum(),
                experts.values().stream().mapToLong(Estimate::weights).max().orElse(0),
                decoder.weights(),
                text.activations(2L * manifest.text().maximumLength()),
                denoising + LATENT_COPIES * latentBytes,
                decoder.activations(pixels),
                complete);
    }

    /** One network's memory: what was measured, else what the manifest says. */
    private record Estimate(NetworkFile network, int bytes, Backend.Footprint measured) {
        Estimate(BundleManifest manifest, String name, int bytes, Map<String, Backend.Footprint> measured) {
            this(manifest.networks().get(name), bytes, measured.get(name));
        }

        long weights() {
            return measured == null ? network.parameters() * bytes : measured.weights();
        }

        /** @param places the tokens or pixels of the whole batch */
        long activations(long places) {
            if (measured != null && measured.activations() >= 0) {
                return measured.activations();
            }
            return network.activations() == null ? 0 : places * network.activations() * bytes;
        }

        boolean complete() {
            return measured != null && measured.activations() >= 0 || network.activations() != null;
        }
    }

    /** The fastest way in which one clip after another runs in {@code memory} bytes of a GPU. */
    public Arrangement arrange(long memory) {
        return arrange(memory, RESERVED);
    }

    /** @param reserved what of the memory is not for networks */
    Arrangement arrange(long memory, long reserved) {
        long usable = memory - reserved;
        // Whatever stays loaded, the decoder is left enough for tiles of a useful size.
        Tiling smallest = new Tiling(DecodingMemory.SMALLEST_TILE, DecodingMemory.OVERLAP);
        long leastDecoding = Math.min(decoding, Math.max(tileBytes(smallest), usable / 10));
        long all = textEncoder + experts + decoder;
        if (all + Math.max(Math.max(encoding, denoising), leastDecoding) <= usable) {
            return arrangement(Residence.ALL, all + Math.max(encoding, denoising), all, usable, reserved);
        }
        long encodingPeak = experts + textEncoder + encoding;
        if (Math.max(encodingPeak, experts + Math.max(denoising, decoder + leastDecoding)) <= usable) {
            return arrangement(
                    Residence.EXPERTS,
                    Math.max(encodingPeak, experts + denoising),
                    experts + decoder,
                    usable,
                    reserved);
        }
        encodingPeak = textEncoder + encoding;
        long decodingLeast = decoder + leastDecoding;
        if (Math.max(encodingPeak, Math.max(largestExpert + denoising, decodingLeast)) <= usable) {
            return arrangement(
                    Residence.ONE_AT_A_TIME,
                    Math.max(encodingPeak, largestExpert + denoising),
                    decoder,
                    usable,
                    reserved);
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
    private Arrangement arrangement(Residence residence, long before, long beside, long usable, long reserved) {
        Optional<Tiling> tiling = tiling(usable - beside);
        long whileDecoding = beside + tiling.map(this::tileBytes).orElse(decoding);
        return new Arrangement(residence, Math.max(before, whileDecoding) + reserved, 0, tiling);
    }

    /** The least that this clip takes of a device: of its networks one at a time, the largest. */
    long least() {
        return Math.max(
                Math.max(textEncoder + encoding, largestExpert + denoising),
                decoder
                        + Math.min(
                                decoding, tileBytes(new Tiling(DecodingMemory.SMALLEST_TILE, DecodingMemory.OVERLAP))));
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
