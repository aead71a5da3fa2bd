package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;

/** An engine bundle in one file: tar, compressed with Zstandard. */
public final class BundleArchive {
    /** What such files are called: {@code shapes-1.0.0.tar.zst}. */
    public static final String SUFFIX = ".tar.zst";

    // weights hardly compress: beyond this level the time grows and the size does not shrink
    private static final int LEVEL = 9;
    private static final int REGULAR_FILE = 0100644;

    private BundleArchive() {}

    /**
     * Packs a bundle. The same bundle gives the same bytes: entries are sorted and carry neither times nor owners.
     *
     * @param archive the file to write; it appears, or is replaced, when it is complete
     * @throws ExecutorException {@code BAD_BUNDLE} if a file differs from its digest, {@code FAILED} if the archive cannot
     *     be written
     */
    public static void pack(EngineBundle bundle, Path archive, ProgressListener listener) throws ExecutorException {
        pack(bundle, archive, Map.of(), listener);
    }

    /**
     * Packs a bundle with compiled networks.
     *
     * @param engines the folders of their plans and notes, by their names
     */
    public static void pack(EngineBundle bundle, Path archive, Map<String, Path> engines, ProgressListener listener)
            throws ExecutorException {
        Path parent = archive.toAbsolutePath().getParent();
        try (Staged staged = Staged.file(parent, ".packing-")) {
            write(bundle, staged.path(), PackedEngines.files(engines), listener);
            Files.move(staged.path(), archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The archive " + archive + " cannot be written (" + e.getMessage()
                            + "); choose a folder that can be written and has the space.",
                    e);
        }
    }

    private static void write(EngineBundle bundle, Path archive, Map<String, Path> engines, ProgressListener listener)
            throws IOException, ExecutorException {
        Map<String, Path> files = new LinkedHashMap<>();
        List<String> names = new ArrayList<>();
        names.add(EngineBundle.MANIFEST_FILE);
        if (Files.isRegularFile(bundle.folder().resolve(EngineBundle.README_FILE))) {
            names.add(EngineBundle.README_FILE);
        }
        names.addAll(bundle.manifest().files().keySet());
        names.forEach(name -> files.put(name, bundle.folder().resolve(name)));
        files.putAll(engines);
        long total = 0;
        for (Path file : files.values()) {
            total += Files.size(file);
        }
        long all = total;
        long[] done = {0};
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive), 1 << 16);
                TarArchiveOutputStream tar =
                        new TarArchiveOutputStream(new ZstdCompressorOutputStream(out, LEVEL), "UTF-8")) {
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, Path> file : files.entrySet()) {
                String name = file.getKey();
                tar.putArchiveEntry(entry(name, Files.size(file.getValue())));
                try (InputStream in = Files.newInputStream(file.getValue())) {
                    String digest = FileDigest.copy(in, tar, length -> {
                        done[0] += length;
                        listener.progressed(name, done[0], all);
                    });
                    checkDigest(bundle, name, digest);
                }
                tar.closeArchiveEntry();
            }
        }
    }

    private static TarArchiveEntry entry(String file, long size) {
        TarArchiveEntry entry = new TarArchiveEntry(file);
        entry.setSize(size);
        entry.setModTime(0);
        entry.setIds(0, 0);
        entry.setNames("", "");
        entry.setMode(REGULAR_FILE);
        return entry;
    }

    private static void checkDigest(EngineBundle bundle, String file, String digest) throws ExecutorException {
        String expected = bundle.manifest().files().get(file);
        if (expected != null && !expected.equals(digest)) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The file " + bundle.folder().resolve(file) + " was altered or is damaged (SHA-256 " + digest
                            + " instead of " + expected + "); restore the engine bundle before packing it.");
        }
    }

    /**
     * Unpacks an archive into {@code parent/NAME}. Nothing gets a final name before paths, sizes and digests were found
     * good, and nothing stays behind after a failure. Where the same bundle lies there already, it stays and is returned;
     * so several may unpack it at once.
     *
     * @throws ExecutorException {@code BAD_BUNDLE} if the archive is damaged, hostile or not what it declares, {@code
     *     BAD_REQUEST} if another bundle has that folder, {@code FAILED} if the folder cannot be written
     */
    public static EngineBundle unpack(Path archive, Path parent, UnpackLimits limits, ProgressListener listener)
            throws ExecutorException {
        return new BundleUnpacker(archive, limits, listener).unpackInto(parent);
    }
}
