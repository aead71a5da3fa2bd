package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction;
import io.jenkins.plugins.generatevideo.executor.diffusion.Samplers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A folder with all that one model needs. Opening it reads {@code bundle.json} and looks whether the files are there;
 * {@link #verifyFiles} and {@link #verify} look into them.
 */
public final class EngineBundle {
    public static final String MANIFEST_FILE = "bundle.json";
    static final String README_FILE = "README.md";
    // real manifests have a few kilobytes
    private static final int MANIFEST_LIMIT = 4 << 20;

    private final Path folder;
    private final BundleManifest manifest;
    private final String digest;

    private EngineBundle(Path folder, BundleManifest manifest, String digest) {
        this.folder = folder;
        this.manifest = manifest;
        this.digest = digest;
    }

    /**
     * Opens the bundle in a folder.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} if there is none, {@code bundle.json} is wrong (with line, column and
     *     path), or a file that it names is missing or empty
     */
    public static EngineBundle open(Path folder) throws ExecutorException {
        Path json = folder.resolve(MANIFEST_FILE);
        byte[] bytes = bytes(json);
        EngineBundle bundle = new EngineBundle(folder, read(bytes, json), "");
        if (bundle.manifest.isRecipe()) {
            throw bad("The engine bundle " + bundle.manifest.name() + " in " + folder
                    + " has no weights yet; add them with \"bundle import\", as docs/wan.md says.");
        }
        for (String file : bundle.manifest.files().keySet()) {
            bundle.checkPresent(file);
        }
        return new EngineBundle(folder, bundle.manifest, digest(bundle.manifest, bytes));
    }

    /** Learns how {@code bundle.json} is read, which takes longer than to read one: for a thread that has the time. */
    public static void warmUp() {
        StrictJson.mapper().readerFor(BundleManifest.class);
    }

    /**
     * Reads {@code bundle.json} alone, of a bundle or of a recipe, and looks at no other file.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} if there is none or it is wrong
     */
    public static BundleManifest readManifest(Path folder) throws ExecutorException {
        Path json = folder.resolve(MANIFEST_FILE);
        return read(bytes(json), json);
    }

    private static byte[] bytes(Path json) throws ExecutorException {
        Path folder = json.getParent();
        if (!Files.isRegularFile(json)) {
            throw bad("There is no engine bundle in " + folder + ", because it has no " + MANIFEST_FILE
                    + "; name a folder that holds one.");
        }
        try {
            if (Files.size(json) > MANIFEST_LIMIT) {
                throw bad(json + " is larger than " + (MANIFEST_LIMIT >> 20)
                        + " MB, which no bundle needs; restore the engine bundle.");
            }
            return Files.readAllBytes(json);
        } catch (IOException e) {
            throw bad(json + " cannot be read (" + e + "); check its permissions.", e);
        }
    }

    private static BundleManifest read(byte[] bytes, Path json) throws ExecutorException {
        BundleManifest manifest;
        try {
            manifest = StrictJson.mapper().readValue(bytes, BundleManifest.class);
        } catch (JsonProcessingException e) {
            throw bad(json + " is wrong at " + StrictJson.problem(e) + "; correct it or restore the engine bundle.", e);
        } catch (IOException e) {
            throw bad(json + " cannot be read (" + e + "); restore the engine bundle.", e);
        }
        for (Mode mode : manifest.modes().values()) {
            Samplers.check(mode.sampler(), manifest.prediction());
            if (mode.stepCache() != null
                    && mode.stepCache().longestStride() != null
                    && manifest.prediction().type() != Prediction.Type.FLOW) {
                throw bad(json + " is wrong: \"longestStride\" is for predictions of type flow; leave it out.");
            }
        }
        return manifest;
    }

    /** SHA-256 over a line {@code digest, two spaces, path} for each file and for bundle.json, sorted by path. */
    private static String digest(BundleManifest manifest, byte[] json) {
        Map<String, String> all = new TreeMap<>(manifest.files());
        all.put(MANIFEST_FILE, FileDigest.of(json));
        StringBuilder lines = new StringBuilder();
        all.forEach(
                (path, sha256) -> lines.append(sha256).append("  ").append(path).append('\n'));
        return FileDigest.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The bundle's folder, as it was given. */
    public Path folder() {
        return folder;
    }

    public BundleManifest manifest() {
        return manifest;
    }

    /** What identifies the bundle's whole content: 64 hexadecimal digits. */
    public String digest() {
        return digest;
    }

    /**
     * The file of a network.
     *
     * @param network one of the manifest's networks, after {@link BundleManifest#networkIn}
     * @throws ExecutorException {@code BAD_BUNDLE} if the bundle has no such network
     */
    public Path file(String network) throws ExecutorException {
        return folder.resolve(path(network));
    }

    private String path(String network) throws ExecutorException {
        NetworkFile file = manifest.networks().get(network);
        if (file == null) {
            throw bad("The engine bundle " + manifest.name() + " has no network \"" + network + "\"; it has "
                    + manifest.networks().keySet() + ".");
        }
        return file.file();
    }

    /**
     * The tokenizer's file.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} if the bundle has none
     */
    public Path tokenizer() throws ExecutorException {
        if (manifest.text().tokenizer() == null) {
            throw bad(
                    "The engine bundle " + manifest.name()
                            + " has no tokenizer and cannot read prompts; import it again from a checkpoint with its tokenizer.");
        }
        return folder.resolve(manifest.text().tokenizer());
    }

    /** The file with the words that the model knows, if it does not know any. */
    public Optional<Path> vocabulary() {
        return Optional.ofNullable(manifest.text().vocabulary()).map(folder::resolve);
    }

    /** The files that prompts are read with: tokenizer and vocabulary, as far as the bundle has them. */
    public Set<String> textFiles() {
        Set<String> files = new TreeSet<>();
        if (manifest.text().tokenizer() != null) {
            files.add(manifest.text().tokenizer());
        }
        vocabulary().ifPresent(file -> files.add(manifest.text().vocabulary()));
        return files;
    }

    /** The files of the networks with these names. */
    public Set<String> filesOf(Collection<String> networks) throws ExecutorException {
        Set<String> files = new TreeSet<>();
        for (String network : networks) {
            String path = path(network);
            files.add(path);
            // weights beside the graph, as ONNX keeps them beyond 2 GB
            manifest.files().keySet().stream()
                    .filter(file -> file.startsWith(path + ".") || file.startsWith(path + "_"))
                    .forEach(files::add);
        }
        return files;
    }

    /** What identifies a network's content: the digests of its files, in the order of their paths. */
    public String networkDigest(String network) throws ExecutorException {
        return filesOf(Set.of(network)).stream().map(manifest.files()::get).collect(Collectors.joining("+"));
    }

    /** The size of a network's files together, in bytes. */
    public long bytesOf(String network) throws ExecutorException {
        long bytes = 0;
        for (String file : filesOf(Set.of(network))) {
            bytes += checkPresent(file);
        }
        return bytes;
    }

    /**
     * Compares files with their digests.
     *
     * @param files some of the manifest's files
     * @throws ExecutorException {@code BAD_BUNDLE} for the first that is missing or altered
     */
    public void verifyFiles(Collection<String> files, ProgressListener listener) throws ExecutorException {
        long total = 0;
        for (String file : files) {
            total += checkPresent(file);
        }
        long done = 0;
        for (String file : files) {
            done = verifyFile(file, done, total, listener);
        }
    }

    /**
     * Compares files with their digests before use. A large file that was found good once, and has neither changed in size
     * nor in any of its times since, is not read again.
     *
     * @param verified what was found good before, kept in the user's cache
     * @throws ExecutorException {@code BAD_BUNDLE} for the first that is missing or altered
     */
    public void verifyFilesOnce(Collection<String> files, VerifiedFiles verified, ProgressListener listener)
            throws ExecutorException {
        for (String file : files) {
            long size = checkPresent(file);
            Path path = folder.resolve(file);
            String expected = manifest.files().get(file);
            if (!verified.knows(path, expected)) {
                // taken before reading: a change while it is read makes another state
                Optional<String> state = verified.state(path);
                verifyFile(file, 0, size, listener);
                verified.remember(path, expected, state);
            }
        }
    }

    private long verifyFile(String file, long before, long total, ProgressListener listener) throws ExecutorException {
        Path path = folder.resolve(file);
        String expected = manifest.files().get(file);
        long[] done = {before};
        try {
            String real = FileDigest.of(path, length -> {
                done[0] += length;
                listener.progressed(file, done[0], total);
            });
            if (!real.equals(expected)) {
                throw bad("The file " + path + " was altered or is damaged (SHA-256 " + real + " instead of " + expected
                        + "); restore the engine bundle.");
            }
            return done[0];
        } catch (IOException e) {
            throw bad("The file " + path + " cannot be read (" + e + "); restore the engine bundle.", e);
        }
    }

    /**
     * Looks at everything: each file's digest, and whether each network loads and has the inputs and outputs of its part.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} for the first thing that is wrong
     */
    public void verify(Backend backend, ProgressListener listener) throws ExecutorException {
        verifyFiles(manifest.files().keySet(), listener);
        for (Map.Entry<String, String> part : parts().entrySet()) {
            try (Network network = backend.load(file(part.getKey()))) {
                NetworkContract.of(part.getKey(), part.getValue(), manifest).check(network);
            }
        }
    }

    /** Checks a network that is loaded already against the part it plays. */
    public void verifyPorts(String name, Network network) throws ExecutorException {
        NetworkContract.of(name, parts().getOrDefault(name, name), manifest).check(network);
    }

    /** Each network that is used, with the part it plays; a mode's own networks play the part of those they replace. */
    private Map<String, String> parts() {
        Map<String, String> parts = new TreeMap<>();
        parts.put(BundleManifest.TEXT_ENCODER, BundleManifest.TEXT_ENCODER);
        parts.put(BundleManifest.VAE_DECODER, BundleManifest.VAE_DECODER);
        manifest.experts().forEach(expert -> parts.put(expert.network(), expert.network()));
        manifest.modes().values().forEach(mode -> mode.networks().forEach((replaced, by) -> parts.put(by, replaced)));
        return parts;
    }

    private long checkPresent(String file) throws ExecutorException {
        Path path = folder.resolve(file);
        try {
            if (!Files.isRegularFile(path)) {
                throw bad("The file " + path + " of the engine bundle " + manifest.name()
                        + " is missing; restore the engine bundle.");
            }
            long size = Files.size(path);
            if (size == 0) {
                throw bad("The file " + path + " of the engine bundle " + manifest.name()
                        + " is empty; restore the engine bundle.");
            }
            return size;
        } catch (IOException e) {
            throw bad("The file " + path + " cannot be read (" + e + "); check its permissions.", e);
        }
    }

    private static ExecutorException bad(String sentence) {
        return new ExecutorException(ExitCode.BAD_BUNDLE, sentence);
    }

    private static ExecutorException bad(String sentence, Exception cause) {
        return new ExecutorException(ExitCode.BAD_BUNDLE, sentence, cause);
    }
}
