package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.BundleOffer;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code bundle.json} says about a model; docs/bundle.md tells the format. A manifest that exists is consistent: the
 * networks that experts and modes name are there, and every file has a digest, unless the manifest is a recipe.
 *
 * @param boundary where the first expert hands over to the second, as a share of the training time steps; null with one
 *     expert
 * @param timestepPerToken whether the transformer takes a time step for each token, {@code [batch, tokens]}
 * @param weights {@value #IMPORT} in a recipe: the published settings of a model whose weights {@code bundle import} adds;
 *     null in a bundle that can be run
 * @param quality what a quality means where no mode is named, from the quickest level up; may be empty
 * @param tensorrt null where nothing is said
 * @param files SHA-256 by path, sorted, of every file but {@code bundle.json}, {@code README.md} and {@code training/}
 */
public record BundleManifest(
        String schema,
        String name,
        String version,
        String licence,
        List<String> languages,
        String description,
        Geometry geometry,
        TextSettings text,
        Prediction prediction,
        LatentStatistics latent,
        List<Expert> experts,
        Double boundary,
        Boolean timestepPerToken,
        String weights,
        Map<String, NetworkFile> networks,
        Map<String, Mode> modes,
        List<QualityLevel> quality,
        TensorRtSettings tensorrt,
        Map<String, String> files) {
    public static final String SCHEMA = "generate-video/bundle/1";
    public static final String TEXT_ENCODER = "text_encoder";
    public static final String VAE_DECODER = "vae_decoder";
    /** The value of {@link #weights} in a recipe. */
    public static final String IMPORT = "import";
    /** The mode that every bundle has. */
    public static final String STANDARD = "standard";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+-]{0,63}");

    public BundleManifest {
        Check.that(
                SCHEMA.equals(Check.present(schema, "schema")),
                "\"schema\" is \"" + schema + "\", but this program reads \"" + SCHEMA + "\"");
        Check.that(
                NAME.matcher(Check.present(name, "name")).matches(),
                "\"name\" must be 1 to 64 lower-case letters, digits, dots, dashes or underscores, not \"" + name
                        + "\"");
        Check.that(
                VERSION.matcher(Check.present(version, "version")).matches(),
                "\"version\" must be 1 to 64 letters, digits, dots, dashes or plus signs, not \"" + version + "\"");
        Check.text(licence, "licence");
        languages = Check.some(languages, "languages");
        Check.present(description, "description");
        Check.present(geometry, "geometry");
        Check.present(text, "text");
        Check.present(prediction, "prediction");
        Check.that(
                Check.present(latent, "latent").mean().length == geometry.latentChannels(),
                "\"latent\" must hold one mean and deviation for each of the " + geometry.latentChannels()
                        + " latent channels");
        timestepPerToken = timestepPerToken != null && timestepPerToken;
        networks = sorted(networks, "networks");
        modes = sorted(modes, "modes");
        files = sorted(files, "files");
        files.forEach((path, digest) -> {
            Check.relativePath(path, "files");
            Check.sha256(digest, "files." + path);
        });
        experts = Check.some(experts, "experts");
        checkExperts(experts, boundary);
        checkNetworks(networks, experts, modes);
        Check.that(weights == null || weights.equals(IMPORT), "\"weights\" must be \"" + IMPORT + "\" or absent");
        if (weights == null) {
            checkFiles(files, networks, text);
        }
        checkModes(modes, experts, prediction);
        quality = quality == null ? List.of() : Check.some(quality, "quality");
        checkQuality(quality, modes);
    }

    /** Whether these are a model's settings without its weights. */
    public boolean isRecipe() {
        return weights != null;
    }

    /** Which clips the bundle can make. */
    public BundleOffer offer() {
        return new BundleOffer(
                name,
                modes.keySet(),
                geometry.sizes().stream().map(Size::toString).toList(),
                geometry.frames().minimum(),
                geometry.frames().maximum(),
                geometry.frames().step(),
                geometry.frameRates());
    }

    private static <T> Map<String, T> sorted(Map<String, T> values, String field) {
        Check.present(values, field).forEach((key, value) -> Check.present(value, field + "." + key));
        return Collections.unmodifiableMap(new TreeMap<>(values));
    }

    private static void checkExperts(List<Expert> experts, Double boundary) {
        Check.that(experts.size() <= 2, "\"experts\" must be one or two, not " + experts.size());
        Check.that(
                (experts.size() == 2) == (boundary != null),
                experts.size() == 2
                        ? "\"boundary\" is missing between the two experts"
                        : "\"boundary\" has no meaning with one expert");
        Check.that(
                boundary == null || boundary > 0 && boundary < 1,
                "\"boundary\" must lie between 0 and 1, not " + boundary);
    }

    private static void checkNetworks(
            Map<String, NetworkFile> networks, List<Expert> experts, Map<String, Mode> modes) {
        Set<String> used = new TreeSet<>(Set.of(TEXT_ENCODER, VAE_DECODER));
        experts.forEach(expert -> used.add(expert.network()));
        modes.values().forEach(mode -> {
            used.addAll(mode.networks().keySet());
            used.addAll(mode.networks().values());
        });
        for (String network : used) {
            Check.that(networks.containsKey(network), "\"networks\" has no \"" + network + "\", which is needed");
        }
    }

    private static void checkFiles(Map<String, String> files, Map<String, NetworkFile> networks, TextSettings text) {
        networks.forEach((network, file) -> Check.that(
                files.containsKey(file.file()),
                "\"files\" has no digest for \"" + file.file() + "\" of the network \"" + network + "\""));
        Check.that(
                text.tokenizer() == null || files.containsKey(text.tokenizer()),
                "\"files\" has no digest for the tokenizer \"" + text.tokenizer() + "\"");
        Check.that(
                text.vocabulary() == null || files.containsKey(text.vocabulary()),
                "\"files\" has no digest for the vocabulary \"" + text.vocabulary() + "\"");
        Check.that(!files.containsKey(EngineBundle.MANIFEST_FILE), "\"files\" names bundle.json itself");
    }

    private static void checkModes(Map<String, Mode> modes, List<Expert> experts, Prediction prediction) {
        Check.that(modes.containsKey(STANDARD), "\"modes\" has no \"" + STANDARD + "\"");
        modes.forEach((name, mode) -> Check.that(
                mode.guidance().isEmpty() || mode.guidance().size() == experts.size(),
                "the mode \"" + name + "\" has " + mode.guidance().size() + " guidance scales for " + experts.size()
                        + " experts"));
        modes.forEach((name, mode) -> Check.that(
                mode.flowShift() == null || prediction.type() == Prediction.Type.FLOW,
                "the mode \"" + name + "\" has a \"flowShift\", which only a flow prediction can have"));
    }

    private static void checkQuality(List<QualityLevel> quality, Map<String, Mode> modes) {
        int before = -1;
        for (QualityLevel level : quality) {
            Check.that(
                    before >= 0 || level.from() == 0,
                    "\"quality\" must begin with the level from 0, not " + level.from());
            Check.that(
                    level.from() > before,
                    "\"quality\" must go up, but the level from " + level.from() + " follows that from " + before);
            before = level.from();
            Mode mode = modes.get(level.mode());
            Check.that(mode != null, "\"quality\" names the mode \"" + level.mode() + "\", which is not there");
            Check.that(
                    level.steps() <= mode.steps(),
                    "\"quality\" from " + level.from() + " takes " + level.steps() + " steps of the mode \""
                            + level.mode() + "\", which has " + mode.steps());
        }
    }

    /**
     * What a quality means where no mode is named.
     *
     * @param wanted 0 to 100
     * @return nothing if the bundle does not say
     */
    public Optional<QualityLevel> levelOf(int wanted) {
        return quality.stream().filter(level -> level.from() <= wanted).reduce((lower, higher) -> higher);
    }

    /**
     * The network that a mode uses in the place of {@code network}.
     *
     * @param mode one of {@link #modes()}
     */
    public String networkIn(Mode mode, String network) {
        return mode.networks().getOrDefault(network, network);
    }

    /** The prediction with a mode's own shift of the noise levels, where it has one. */
    public Prediction predictionIn(Mode mode) {
        return mode.flowShift() == null ? prediction : Prediction.flow(prediction.trainTimesteps(), mode.flowShift());
    }

    /** The guidance scale of expert {@code index} in a mode. */
    public double guidanceIn(Mode mode, int index) {
        return mode.guidance().isEmpty()
                ? experts.get(index).guidance()
                : mode.guidance().get(index);
    }

    /** The shapes that TensorRT compiles an input of a network for, where the bundle says. */
    public Optional<TensorRtSettings.ShapeProfile> shapeProfile(String network, String input) {
        return Optional.ofNullable(tensorrt)
                .map(settings -> settings.profiles().get(network))
                .map(inputs -> inputs.get(input));
    }
}
