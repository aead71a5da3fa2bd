package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/**
 * Unpacks one archive into a staging folder, checks it there, and only then gives it its name. Whatever goes wrong, the
 * staging folder goes away. Used once.
 */
final class BundleUnpacker {
    private static final long HEADER_BUDGET = 1 << 20;
    private static final int TAR_RECORD = 512;

    private final Path archive;
    private final UnpackLimits limits;
    private final ProgressListener listener;
    private final Map<String, String> digests = new TreeMap<>();
    private final Set<String> files = new HashSet<>();
    private final Set<String> folders = new HashSet<>();
    private long written;

    BundleUnpacker(Path archive, UnpackLimits limits, ProgressListener listener) {
        this.archive = archive;
        this.limits = limits;
        this.listener = listener;
    }

    EngineBundle unpackInto(Path parent) throws ExecutorException {
        if (!Files.isRegularFile(archive) || !Files.isReadable(archive)) {
            throw bad("does not exist or cannot be read; name an archive that \"bundle pack\" made", null);
        }
        try (Staged staged = Staged.folder(parent, ".unpacking-")) {
            extract(staged.path());
            return install(check(staged.path()), parent);
        } catch (IOException e) {
            throw unwritable(parent, e);
        }
    }

    private void extract(Path staged) throws ExecutorException {
        try (InputStream packedBytes = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                BudgetInputStream plain = new BudgetInputStream(new ZstdCompressorInputStream(packedBytes));
                TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8")) {
            long packed = Files.size(archive);
            for (int entries = 1; ; entries++) {
                plain.allow(HEADER_BUDGET);
                TarArchiveEntry entry = tar.getNextEntry();
                if (entry == null) {
                    return;
                }
                if (entries > limits.entries()) {
                    throw bad("holds more than " + limits.entries() + " entries, more than any bundle", null);
                }
                String name = checkedName(entry);
                if (entry.isDirectory()) {
                    Files.createDirectories(staged.resolve(name));
                } else {
                    checkSize(entry, packed);
                    plain.allow(entry.getSize() + TAR_RECORD);
                    write(tar, staged, name);
                }
            }
        } catch (FileSystemException e) {
            throw unwritable(staged.getParent(), e);
        } catch (IOException e) {
            if (isDiskFull(e)) {
                throw unwritable(staged.getParent(), e);
            }
            throw bad("is damaged or no archive of an engine bundle (" + firstLine(e) + "); fetch it again", e);
        } catch (IllegalArgumentException e) {
            // the tar reader's answer to numbers that make no sense
            throw bad("is damaged (" + firstLine(e) + "); fetch it again", e);
        }
    }

    /** The entry's path within the bundle, or the refusal of an entry that is no plain file or folder inside it. */
    private String checkedName(TarArchiveEntry entry) throws ExecutorException {
        String shown = "\"" + printable(entry.getName()) + "\"";
        byte kind = entry.getLinkFlag();
        boolean plain =
                kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM || kind == TarConstants.LF_DIR;
        if (!plain || entry.isSparse()) {
            throw bad("holds " + shown + ", which is a link, a device or another thing than a file", null);
        }
        String name = entry.getName();
        if (entry.isDirectory() && (name.equals(".") || name.equals("./"))) {
            return "";
        }
        name = name.startsWith("./") ? name.substring(2) : name;
        name = entry.isDirectory() && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        String problem = Check.pathProblem(name);
        if (problem != null) {
            throw bad("holds " + shown + ", which " + problem, null);
        }
        claim(name, entry.isDirectory(), shown);
        return name;
    }

    /** Refuses a second file of one name, and a name that is a file here and a folder there. */
    private void claim(String name, boolean folder, String shown) throws ExecutorException {
        // names that differ in case alone are one file on some systems
        String folded = name.toLowerCase(Locale.ROOT);
        for (int slash = folded.indexOf('/'); slash >= 0; slash = folded.indexOf('/', slash + 1)) {
            folders.add(folded.substring(0, slash));
        }
        if (folder) {
            folders.add(folded);
        }
        boolean again = !folder && !files.add(folded);
        if (again || files.stream().anyMatch(folders::contains)) {
            throw bad("holds " + shown + " twice or as both file and folder", null);
        }
    }

    private void checkSize(TarArchiveEntry entry, long packed) throws ExecutorException {
        long size = entry.getSize();
        String shown = "\"" + printable(entry.getName()) + "\"";
        if (size > limits.fileBytes()) {
            throw bad("holds " + shown + " of " + size + " bytes, above the limit of " + limits.fileBytes(), null);
        }
        if (size > limits.totalBytes() - written) {
            throw bad("unpacks to more than the limit of " + limits.totalBytes() + " bytes", null);
        }
        boolean large = written + size > UnpackLimits.RATIO_FREE_BYTES;
        if (large && (written + size) / limits.ratio() > packed) {
            throw bad("unpacks to more than " + limits.ratio() + " times its size, which no bundle does", null);
        }
    }

    private void write(InputStream in, Path staged, String name) throws IOException, ExecutorException {
        Path file = staged.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            String digest = FileDigest.copy(in, out, length -> {
                written += length;
                listener.progressed(name, written, -1);
            });
            digests.put(name, digest);
        }
    }

    /** Compares what was written with what bundle.json says, in both directions. */
    private EngineBundle check(Path staged) throws IOException, ExecutorException {
        if (!digests.containsKey(EngineBundle.MANIFEST_FILE)) {
            throw bad("has no bundle.json at its top", null);
        }
        EngineBundle bundle;
        try {
            bundle = EngineBundle.open(staged);
        } catch (ExecutorException e) {
            // the staging folder is of no interest to anyone
            String reason = e.getMessage().replace(staged + File.separator, "").replaceFirst("[;.][^;]*$", "");
            throw bad("holds no sound bundle: " + reason, e);
        }
        Map<String, String> expected = bundle.manifest().files();
        for (Map.Entry<String, String> file : expected.entrySet()) {
            if (!file.getValue().equals(digests.get(file.getKey()))) {
                throw bad("holds \"" + file.getKey() + "\" with another SHA-256 than bundle.json says", null);
            }
        }
        for (String file : digests.keySet()) {
            boolean free = file.equals(EngineBundle.MANIFEST_FILE) || file.equals(EngineBundle.README_FILE);
            if (!free && !expected.containsKey(file) && !PackedEngines.isPath(file)) {
                throw bad("holds \"" + file + "\", which bundle.json does not name", null);
            }
        }
        String problem = PackedEngines.problem(bundle, digests);
        if (problem != null) {
            throw bad(problem, null);
        }
        return bundle;
    }

    private EngineBundle install(EngineBundle staged, Path parent) throws ExecutorException {
        Path target = parent.resolve(staged.manifest().name());
        try {
            if (!Files.exists(target)) {
                Files.move(staged.folder(), target, StandardCopyOption.ATOMIC_MOVE);
                return EngineBundle.open(target);
            }
        } catch (IOException e) {
            if (!Files.exists(target)) {
                throw unwritable(parent, e);
            }
            // another process was first: what it put there decides
        }
        EngineBundle there = EngineBundle.open(target);
        if (!there.digest().equals(staged.digest())) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Another engine bundle already lies in " + target + " (version "
                            + there.manifest().version() + "); remove it or unpack into another folder.");
        }
        try {
            PackedEngines.move(staged.folder(), target);
        } catch (IOException e) {
            throw unwritable(parent, e);
        }
        return there;
    }

    private ExecutorException bad(String what, Exception cause) {
        return new ExecutorException(ExitCode.BAD_BUNDLE, "The archive " + archive + " " + what + ".", cause);
    }

    private static ExecutorException unwritable(Path folder, IOException e) {
        String action = isDiskFull(e) ? "free some space" : "choose a folder that can be written";
        return new ExecutorException(
                ExitCode.FAILED,
                "The engine bundle cannot be written into " + folder + " (" + firstLine(e) + "); " + action + ".",
                e);
    }

    private static boolean isDiskFull(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("not enough space") || message.contains("quota");
    }

    private static String firstLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }

    private static String printable(String name) {
        String shown = name.replaceAll("\\p{Cntrl}", "?");
        return shown.length() > 100 ? shown.substring(0, 100) + "…" : shown;
    }
}
