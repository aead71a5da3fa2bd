package io.jenkins.plugins.generatevideo.executor.fetch;

import io.jenkins.plugins.generatevideo.contract.BundleAddress;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleArchive;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.UnpackLimits;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Engine bundles that came from an address: unpacked once for each digest of an archive, in {@code bundles/DIGEST/NAME} of
 * the cache folder. Processes that want the same one wait for the first; the system frees its lock even when it is killed.
 */
public final class FetchedBundles {
    /** Touched at every use, so that whoever cleans up knows what is old. */
    private static final String USED = "used";

    private final Path folder;
    private final UnpackLimits limits;
    private final ProgressListener listener;
    private final Consumer<String> messages;

    /**
     * @param cache the cache folder
     * @param listener told how much of an archive is there, in bytes
     * @param messages told what the user should know, in sentences
     */
    public FetchedBundles(Path cache, ProgressListener listener, Consumer<String> messages) {
        this(cache, UnpackLimits.standard(), listener, messages);
    }

    FetchedBundles(Path cache, UnpackLimits limits, ProgressListener listener, Consumer<String> messages) {
        this.folder = cache.resolve("bundles");
        this.limits = limits;
        this.listener = listener;
        this.messages = messages;
    }

    /**
     * The folder of the bundle, fetched and unpacked if it is not there.
     *
     * @throws ExecutorException {@code BAD_REQUEST} or {@code BAD_BUNDLE} if the address, the archive or its digest is wrong,
     *     {@code FAILED} if it cannot be had or written
     */
    public Path get(BundleAddress address) throws ExecutorException {
        Path own = folder.resolve(address.sha256());
        try {
            Files.createDirectories(own);
            Path bundle = unpacked(own);
            if (bundle == null) {
                try (FileChannel channel = FileChannel.open(
                                folder.resolve(address.sha256() + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                        FileLock lock = lock(channel)) {
                    // The one that was faster has done it.
                    bundle = lock.isValid() ? unpacked(own) : null;
                    if (bundle == null) {
                        bundle = fetch(address, own);
                    }
                }
            }
            Files.write(own.resolve(USED), new byte[0]);
            return bundle;
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The engine bundle cannot be kept in " + own + " (" + e
                            + "); make it writable, or name another folder in GENERATE_VIDEO_CACHE.",
                    e);
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        if (lock == null) {
            messages.accept("Waiting: another process fetches the same engine bundle.");
            lock = channel.lock();
        }
        return lock;
    }

    private Path fetch(BundleAddress address, Path own) throws IOException, ExecutorException {
        if ("file".equals(address.location().getScheme())) {
            Path archive = Path.of(address.location());
            check(address, archive);
            return unpack(archive, own);
        }
        Path part = folder.resolve(address.sha256() + ".part");
        new Download(address, limits.totalBytes(), listener).into(part);
        try {
            return unpack(part, own);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path unpack(Path archive, Path own) throws ExecutorException {
        return BundleArchive.unpack(archive, own, limits, ProgressListener.NONE).folder();
    }

    private static void check(BundleAddress address, Path archive) throws ExecutorException {
        String digest;
        try {
            digest = FileDigest.of(archive, length -> {});
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The engine bundle " + archive + " cannot be read (" + e + "); name a file that is there.",
                    e);
        }
        if (!digest.equals(address.sha256())) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The engine bundle " + archive + " has another digest than was asked for (SHA-256 " + digest
                            + " instead of " + address.sha256()
                            + "); it was not used. Correct the name or the digest.");
        }
    }

    /** The bundle in a digest's folder, or null; it gets its name only when it is whole. */
    private static Path unpacked(Path own) throws IOException {
        try (Stream<Path> children = Files.list(own)) {
            List<Path> bundles = children.filter(
                            child -> Files.isRegularFile(child.resolve(EngineBundle.MANIFEST_FILE)))
                    .filter(child -> !child.getFileName().toString().startsWith("."))
                    .toList();
            return bundles.isEmpty() ? null : bundles.get(0);
        }
    }
}
