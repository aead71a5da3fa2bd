package io.jenkins.plugins.generatevideo.executor.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleArchiveTest {
    private static final UnpackLimits LIMITS = UnpackLimits.standard();

    @TempDir
    private Path folder;

    private Path source;
    private Path archive;
    private Path target;

    @BeforeEach
    void write() throws IOException {
        source = TinyBundle.write(Files.createDirectories(folder.resolve("source")));
        archive = folder.resolve("tiny-1.0.0.tar.zst");
        target = folder.resolve("target");
    }

    @Test
    void unpacksWhatItPacked() throws Exception {
        EngineBundle packed = EngineBundle.open(source);
        Files.createDirectories(source.resolve("training"));
        Files.writeString(source.resolve("training/notes.txt"), "not part of the bundle");
        BundleArchive.pack(packed, archive, ProgressListener.NONE);
        EngineBundle unpacked = BundleArchive.unpack(archive, target, LIMITS, ProgressListener.NONE);

        assertThat(unpacked.folder()).isEqualTo(target.resolve("tiny"));
        assertThat(unpacked.digest()).isEqualTo(packed.digest());
        assertThat(list(target)).containsExactly("tiny");
        assertThat(list(target.resolve("tiny")))
                .containsExactly(
                        "README.md",
                        "bundle.json",
                        "text_encoder.onnx",
                        "tokenizer.json",
                        "transformer.onnx",
                        "vae_decoder.onnx",
                        "vocabulary.txt");
        unpacked.verifyFiles(unpacked.manifest().files().keySet(), ProgressListener.NONE);
    }

    @Test
    void packsTheSameBundleIntoTheSameBytes() throws Exception {
        Path other = folder.resolve("other.tar.zst");
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        Path copy = TinyBundle.write(Files.createDirectories(folder.resolve("copy")));
        Files.setLastModifiedTime(copy.resolve("tokenizer.json"), FileTime.fromMillis(1));
        BundleArchive.pack(EngineBundle.open(copy), other, ProgressListener.NONE);
        assertThat(other).hasSameBinaryContentAs(archive);
    }

    @Test
    void leavesAnOlderArchiveAloneWhenAFileIsNotWhatItWas() throws Exception {
        Files.writeString(archive, "older");
        EngineBundle bundle = EngineBundle.open(source);
        Files.writeString(source.resolve("vocabulary.txt"), "other words");
        assertThatThrownBy(() -> BundleArchive.pack(bundle, archive, ProgressListener.NONE))
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE))
                .hasMessageContaining("vocabulary.txt was altered");
        assertThat(archive).hasContent("older");
        assertThat(list(folder)).containsExactly("source", "tiny-1.0.0.tar.zst");
    }

    @Test
    void refusesToPackIntoAFolderThatIsAFile() throws Exception {
        Files.writeString(folder.resolve("file"), "");
        EngineBundle bundle = EngineBundle.open(source);
        assertThatThrownBy(() -> BundleArchive.pack(bundle, folder.resolve("file/x.tar.zst"), ProgressListener.NONE))
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED));
    }

    @Test
    void unpacksAnArchiveMadeByHand() throws Exception {
        writeTar(tar -> {
            directory(tar, "./");
            for (String file : list(source)) {
                file(tar, "./" + file, Files.readAllBytes(source.resolve(file)));
            }
        });
        assertThat(unpack().manifest().name()).isEqualTo("tiny");
    }

    @Test
    void refusesPathsThatLeaveTheFolder() throws Exception {
        for (String path : List.of(
                "../evil",
                "a/../../evil",
                "/tmp/evil",
                "//evil",
                "C:/evil",
                "..\\evil",
                "a//b",
                ".",
                "./..",
                "",
                "a\nb",
                "é")) {
            writeTar(tar -> {
                bundle(tar);
                raw(tar, path, TarConstants.LF_NORMAL, "");
            });
            assertRefused("holds \"");
        }
        assertThat(Path.of("/tmp/evil")).doesNotExist();
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void refusesLinksAndDevices() throws Exception {
        for (byte kind : new byte[] {
            TarConstants.LF_SYMLINK,
            TarConstants.LF_LINK,
            TarConstants.LF_FIFO,
            TarConstants.LF_CHR,
            TarConstants.LF_BLK
        }) {
            writeTar(tar -> {
                raw(tar, "link", kind, "/etc");
                bundle(tar);
            });
            assertRefused("\"link\", which is a link, a device or another thing");
        }
    }

    @Test
    void refusesToWriteThroughALinkThatCameBefore() throws Exception {
        writeTar(tar -> {
            raw(tar, "training", TarConstants.LF_SYMLINK, folder.toString());
            file(tar, "training/evil", new byte[1]);
            bundle(tar);
        });
        assertRefused("which is a link");
        assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    void refusesFilesThatAreNamedTwiceOrNotDeclared() throws Exception {
        writeTar(tar -> {
            bundle(tar);
            file(tar, "Tokenizer.json", new byte[1]);
        });
        assertRefused("\"Tokenizer.json\" twice");
        writeTar(tar -> {
            bundle(tar);
            file(tar, "tokenizer.json/x", new byte[1]);
        });
        assertRefused("both file and folder");
        writeTar(tar -> {
            bundle(tar);
            file(tar, "run.sh", new byte[1]);
        });
        assertRefused("\"run.sh\", which bundle.json does not name");
    }

    @Test
    void refusesWhatIsNotTheBundleItDeclares() throws Exception {
        writeTar(tar -> file(tar, "README.md", new byte[1]));
        assertRefused("has no bundle.json at its top");
        writeTar(tar -> file(tar, "tiny/bundle.json", Files.readAllBytes(source.resolve("bundle.json"))));
        assertRefused("has no bundle.json at its top");
        writeTar(tar -> file(tar, "bundle.json", Files.readAllBytes(source.resolve("bundle.json"))));
        assertRefused("holds no sound bundle: The file text_encoder.onnx");
        writeTar(tar -> file(tar, "bundle.json", "{\"schema\": 1}".getBytes(StandardCharsets.UTF_8)));
        assertRefused("holds no sound bundle: bundle.json is wrong at line 1, column 12");
        Files.writeString(source.resolve("vocabulary.txt"), "other words");
        writeTar(this::bundle);
        assertRefused("holds \"vocabulary.txt\" with another SHA-256");
    }

    @Test
    void refusesSizeBombs() throws Exception {
        UnpackLimits small = new UnpackLimits(10_000, 5_000, 20, 100);
        writeTar(tar -> file(tar, "large", new byte[5_001]));
        assertRefused(small, "\"large\" of 5001 bytes, above the limit of 5000");
        writeTar(tar -> {
            for (int i = 0; i < 3; i++) {
                file(tar, "f" + i, new byte[4_000]);
            }
        });
        assertRefused(small, "unpacks to more than the limit of 10000 bytes");
        writeTar(tar -> {
            for (int i = 0; i < 21; i++) {
                file(tar, "f" + i, new byte[0]);
            }
        });
        assertRefused(small, "more than 20 entries");
        writeTar(tar -> file(tar, "zeros", new byte[65 << 20]));
        assertThat(Files.size(archive)).isLessThan(100_000);
        assertRefused("more than 100 times its size");
    }

    @Test
    void refusesAHeaderThatClaimsGigabytes() throws Exception {
        writeTar(tar -> {
            TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            name.setSize(64 << 20);
            tar.putArchiveEntry(name);
            byte[] piece = new byte[1 << 20];
            Arrays.fill(piece, (byte) 'a');
            for (int i = 0; i < 64; i++) {
                tar.write(piece);
            }
            tar.closeArchiveEntry();
            file(tar, "x", new byte[0]);
        });
        assertRefused("a header claims more");
    }

    @Test
    void refusesAnArchiveThatIsCutOrNone() throws Exception {
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        byte[] whole = Files.readAllBytes(archive);
        for (int length : new int[] {0, 3, 100, whole.length / 2, whole.length - 20}) {
            Files.write(archive, Arrays.copyOf(whole, length));
            assertRefused(archive.toString());
        }
        byte[] altered = whole.clone();
        altered[whole.length / 2] ^= 0x55;
        Files.write(archive, altered);
        assertRefused(archive.toString());
        Files.writeString(archive, "This is a text and no archive.");
        assertRefused("is damaged or no archive");
        Files.delete(archive);
        assertRefused("does not exist");
    }

    @Test
    void keepsTheBundleThatIsThereAlready() throws Exception {
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        unpack();
        FileTime mark = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(target.resolve("tiny/tokenizer.json"), mark);
        unpack();
        assertThat(Files.getLastModifiedTime(target.resolve("tiny/tokenizer.json")))
                .isEqualTo(mark);

        Files.writeString(
                source.resolve("bundle.json"),
                TinyBundle.manifest(source).put("version", "2").toString());
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        assertThatThrownBy(this::unpack)
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_REQUEST))
                .hasMessageContaining("Another engine bundle already lies in");
        assertThat(EngineBundle.open(target.resolve("tiny")).manifest().version())
                .isEqualTo("1.0.0");
        assertThat(list(target)).containsExactly("tiny");
    }

    @Test
    void letsSeveralUnpackAtOnce() throws Exception {
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<EngineBundle>> bundles = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                bundles.add(threads.submit(this::unpack));
            }
            for (Future<EngineBundle> bundle : bundles) {
                assertThat(bundle.get().folder()).isEqualTo(target.resolve("tiny"));
            }
        } finally {
            threads.shutdown();
        }
        assertThat(list(target)).containsExactly("tiny");
    }

    @Test
    void stopsWhenCancelledAndLeavesNothing() throws Exception {
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(this::unpack)
                    .isInstanceOfSatisfying(
                            ExecutorException.class,
                            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CANCELLED));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(list(target)).isEmpty();
    }

    @Test
    void leavesNothingWhenItsProcessIsStopped() throws Exception {
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StalledUnpacking.class.getName(),
                        archive.toString(),
                        target.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader()) {
            assertThat(output.readLine()).isEqualTo("writing");
            assertThat(list(target)).hasSize(1);
            process.destroy();
            process.waitFor();
        }
        assertThat(list(target)).isEmpty();
    }

    @Test
    void saysThatTheTargetCannotBeWritten() throws Exception {
        BundleArchive.pack(EngineBundle.open(source), archive, ProgressListener.NONE);
        Files.writeString(target, "a file, not a folder");
        assertThatThrownBy(this::unpack)
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
                .hasMessageContaining("cannot be written into " + target);
    }

    private EngineBundle unpack() throws ExecutorException {
        return BundleArchive.unpack(archive, target, LIMITS, ProgressListener.NONE);
    }

    private void assertRefused(String part) throws IOException {
        assertRefused(LIMITS, part);
    }

    private void assertRefused(UnpackLimits limits, String part) throws IOException {
        assertThatThrownBy(() -> BundleArchive.unpack(archive, target, limits, ProgressListener.NONE))
                .isInstanceOfSatisfying(ExecutorException.class, e -> {
                    assertThat(e).hasMessageContaining(part);
                    assertThat(e.getMessage()).doesNotContain("\n").endsWith(".");
                    assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE);
                });
        if (Files.exists(target)) {
            assertThat(list(target)).isEmpty();
        }
    }

    private interface Content {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    private void writeTar(Content content) throws IOException {
        try (OutputStream out = new ZstdCompressorOutputStream(Files.newOutputStream(archive));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            content.write(tar);
        }
    }

    private void bundle(TarArchiveOutputStream tar) throws IOException {
        for (String file : list(source)) {
            file(tar, file, Files.readAllBytes(source.resolve(file)));
        }
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry(name));
        tar.closeArchiveEntry();
    }

    /** An entry with a name as it is, of any kind. */
    private static void raw(TarArchiveOutputStream tar, String name, byte kind, String link) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(link);
        entry.setSize(0);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static List<String> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
