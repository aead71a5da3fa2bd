package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.files.Folders;
import io.jenkins.plugins.generatevideo.executor.maven.Artifact;
import io.jenkins.plugins.generatevideo.executor.maven.ArtifactDownload;
import io.jenkins.plugins.generatevideo.executor.maven.MavenSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Fetches TensorRT's libraries from a Maven repository and lays those that are needed into a folder. The folder gets its
 * name when it is whole; one process at a time does the work, others wait and find it done.
 */
public final class TensorRtFetch {
    /** The version of JavaCPP's presets that the executor is built with; a test compares it with the build's. */
    static final String VERSION = "10.15-1.5.13";

    /** The redistributable libraries as Maven Central has had them since February 2026. */
    static final Artifact REDISTRIBUTABLE = Artifact.jar(
            "org.bytedeco",
            "tensorrt",
            VERSION,
            "linux-x86_64-redist",
            533_640_349,
            "8543a6bda95c5d42141d409e1b74024b444e96334a3815d53997cc4ec3cfce83");

    /** What compiling and running networks takes; plugins are for networks that this executor does not have. */
    static final List<String> LIBRARIES =
            List.of("libnvinfer.so.10", "libnvinfer_builder_resource_ptx.so.10.15.1", "libnvonnxparser.so.10");

    private static final String IN_ARCHIVE = "org/bytedeco/tensorrt/linux-x86_64/";
    private static final int MEGABYTE = 1_000_000;

    private final MavenSettings settings;
    private final Artifact archive;
    private final List<String> libraries;
    // of the unpacked libraries together
    private final long unpackedBytes;
    private final ArtifactDownload.Listener listener;

    /** @param listener told how much of the download is done; may end it by throwing */
    public TensorRtFetch(MavenSettings settings, ArtifactDownload.Listener listener) {
        this(settings, REDISTRIBUTABLE, LIBRARIES, 884_409_448, listener);
    }

    TensorRtFetch(
            MavenSettings settings,
            Artifact archive,
            List<String> libraries,
            long unpackedBytes,
            ArtifactDownload.Listener listener) {
        this.settings = settings;
        this.archive = archive;
        this.libraries = libraries;
        this.unpackedBytes = unpackedBytes;
        this.listener = listener;
    }

    /** Where the executor finds what was fetched, without being told. */
    public static Path folder(Path cache) {
        return cache.resolve("tensorrt-libraries-" + VERSION);
    }

    /** @throws ExecutorException {@code MACHINE_UNSUITABLE} on a machine that these libraries are not made for */
    public static void checkPlatform(String system, String architecture) throws ExecutorException {
        if (!system.equals("Linux") || !architecture.equals("amd64")) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "TensorRT's libraries are published for 64-bit Linux on x86 only, not for " + system + " on "
                            + architecture + "; use such a machine, or the backend onnxruntime.");
        }
    }

    /**
     * Fetches what is not there yet.
     *
     * @param folder not there, or empty, or filled by this before
     * @return whether anything was missing
     * @throws ExecutorException {@code BAD_REQUEST} for a folder with other things in it, {@code MACHINE_UNSUITABLE} for too
     *     little space, {@code FAILED} if the archive cannot be had
     */
    public boolean into(Path folder) throws ExecutorException {
        Path target = folder.toAbsolutePath();
        if (isWhole(target)) {
            return false;
        }
        try {
            Path parent = Files.createDirectories(target.getParent());
            Path beside = parent.resolve("." + target.getFileName());
            try (FileChannel channel = FileChannel.open(
                            Path.of(beside + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid() || isWhole(target)) {
                    return false;
                }
                checkEmpty(target);
                Path part = Path.of(beside + ".part");
                checkSpace(parent, part);
                Path file = local();
                if (file == null) {
                    new ArtifactDownload(settings.central(), archive, listener).into(part);
                    file = part;
                }
                unpack(file, Path.of(beside + ".unpacking"), target);
                Files.deleteIfExists(part);
                return true;
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "TensorRT's libraries cannot be laid into " + target + " (" + e
                            + "); free space or name another folder.",
                    e);
        }
    }

    private boolean isWhole(Path folder) {
        return libraries.stream().allMatch(library -> Files.isRegularFile(folder.resolve(library)));
    }

    private static void checkEmpty(Path folder) throws IOException, ExecutorException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isPresent()) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        folder + " holds other things than TensorRT's libraries; name a new or an empty folder.");
            }
        }
    }

    private void checkSpace(Path parent, Path part) throws IOException, ExecutorException {
        long there = Files.exists(part) ? Files.size(part) : 0;
        long needed = unpackedBytes + Math.max(0, archive.bytes() - there);
        long free = Files.getFileStore(parent).getUsableSpace();
        if (free < needed) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    String.format(
                            Locale.ROOT,
                            "TensorRT's libraries take %d MB while they are fetched, but %s has %d MB free; free space"
                                    + " or name a folder on another disk.",
                            needed / MEGABYTE,
                            parent,
                            free / MEGABYTE));
        }
    }

    /** The archive in Maven's own local repository, or null where it is not there or damaged. */
    private Path local() throws IOException, ExecutorException {
        Path kept = settings.localRepository().resolve(archive.path());
        boolean good = Files.isRegularFile(kept)
                && Files.size(kept) == archive.bytes()
                && FileDigest.of(kept, length -> {}).equals(archive.sha256());
        return good ? kept : null;
    }

    private void unpack(Path file, Path staged, Path target) throws IOException {
        Folders.delete(staged);
        Files.createDirectory(staged);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (String library : libraries) {
                ZipEntry entry = zip.getEntry(IN_ARCHIVE + library);
                if (entry == null) {
                    throw new IOException(file + " holds no " + library);
                }
                try (InputStream in = zip.getInputStream(entry);
                        OutputStream out = Files.newOutputStream(staged.resolve(library))) {
                    in.transferTo(out);
                }
            }
            Files.deleteIfExists(target);
            Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(staged);
        }
    }
}
