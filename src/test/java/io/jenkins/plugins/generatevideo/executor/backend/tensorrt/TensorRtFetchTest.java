package io.jenkins.plugins.generatevideo.executor.backend.tensorrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.maven.Artifact;
import io.jenkins.plugins.generatevideo.executor.maven.ArtifactDownload;
import io.jenkins.plugins.generatevideo.executor.maven.MavenSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches from a real HTTP server, which breaks off, lies and refuses. */
class TensorRtFetchTest {
    private static final List<String> LIBRARIES = List.of("libone.so", "libtwo.so");

    @TempDir
    private Path temporary;

    private final List<String> ranges = new ArrayList<>();
    private byte[] content;
    private Artifact archive;
    private HttpServer server;
    // after so many bytes the next answers break off
    private final List<Integer> breaks = new ArrayList<>();
    private int refusal;

    @BeforeEach
    void serve() throws Exception {
        Path file = temporary.resolve("made.jar");
        byte[] noise = new byte[300_000];
        new Random(1).nextBytes(noise);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (String name : List.of("libone.so", "libnot-needed.so", "libtwo.so")) {
                zip.putNextEntry(new ZipEntry("org/bytedeco/tensorrt/linux-x86_64/" + name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
                zip.write(noise);
            }
        }
        content = Files.readAllBytes(file);
        archive = Artifact.jar(
                "org.bytedeco", "tensorrt", "1", "redist", content.length, FileDigest.of(file, length -> {}));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/maven/org/bytedeco/tensorrt/1/tensorrt-1-redist.jar", this::answer);
        server.start();
        Files.createDirectories(temporary.resolve(".m2"));
        Files.writeString(
                temporary.resolve(".m2/settings.xml"),
                "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>http://127.0.0.1:"
                        + server.getAddress().getPort() + "/maven</url></mirror></mirrors></settings>");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        synchronized (ranges) {
            ranges.add(String.valueOf(range));
        }
        if (refusal != 0) {
            exchange.sendResponseHeaders(refusal, -1);
            exchange.close();
            return;
        }
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        int end = breaks.isEmpty() ? content.length : Math.min(content.length, from + breaks.remove(0));
        if (range != null) {
            String bytes = "bytes " + from + "-" + (content.length - 1) + "/" + content.length;
            exchange.getResponseHeaders().add("Content-Range", bytes);
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
        exchange.getResponseBody().write(content, from, end - from);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    @Test
    void laysTheNeededLibrariesIntoAFolderOnce() throws Exception {
        Path folder = temporary.resolve("cache/libraries");
        assertThat(fetch().into(folder)).isTrue();
        assertThat(names(folder)).containsExactlyInAnyOrderElementsOf(LIBRARIES);
        assertThat(Files.readString(folder.resolve("libtwo.so"), StandardCharsets.ISO_8859_1))
                .startsWith("libtwo.so");
        assertThat(fetch().into(folder)).isFalse();
        assertThat(ranges).containsExactly("null");
        assertThat(names(folder.getParent())).containsExactlyInAnyOrder("libraries", ".libraries.lock");
    }

    @Test
    void continuesWhereTheConnectionBroke() throws Exception {
        breaks.addAll(List.of(100_000, 50_000));
        fetch().into(temporary.resolve("libraries"));
        assertThat(ranges).containsExactly("null", "bytes=100000-", "bytes=150000-");
    }

    @Test
    void aLaterProcessContinuesWhatACancelledOneLeft() throws Exception {
        Path folder = temporary.resolve("libraries");
        TensorRtFetch cancelled = fetch((bytes, of) -> {
            if (bytes > 300_000) {
                throw new ExecutorException(ExitCode.CANCELLED, "Cancelled.");
            }
        });
        assertThatThrownBy(() -> cancelled.into(folder)).hasMessage("Cancelled.");
        assertThat(folder).doesNotExist();
        long there = Files.size(temporary.resolve(".libraries.part"));
        assertThat(there).isBetween(300_000L, content.length - 1L);
        fetch().into(folder);
        assertThat(ranges).containsExactly("null", "bytes=" + there + "-");
        assertThat(temporary.resolve(".libraries.part")).doesNotExist();
    }

    @Test
    void givesUpAfterAFewAttemptsAndKeepsWhatItHas() throws Exception {
        breaks.addAll(List.of(10, 10, 10, 10));
        ExecutorException failed =
                catchThrowableOfType(ExecutorException.class, () -> fetch().into(temporary.resolve("libraries")));
        assertThat(failed).hasMessageContaining("cannot be fetched").hasMessageContaining("continues");
        assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(temporary.resolve(".libraries.part")).hasSize(40);
    }

    @Test
    void refusesAnotherFileThanThePublishedOne() throws Exception {
        content[1000] ^= 1;
        assertThatThrownBy(() -> fetch().into(temporary.resolve("libraries")))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("SHA-256")
                .hasMessageContaining("not used");
        assertThat(temporary.resolve("libraries")).doesNotExist();
        assertThat(temporary.resolve(".libraries.part")).doesNotExist();
    }

    @Test
    void saysThatTheMirrorHasNoSuchFile() {
        refusal = 404;
        assertThatThrownBy(() -> fetch().into(temporary.resolve("libraries")))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("HTTP 404");
        assertThat(ranges).hasSize(1);
    }

    @Test
    void saysHowMuchSpaceIsMissing() {
        TensorRtFetch large = new TensorRtFetch(settings(), archive, LIBRARIES, Long.MAX_VALUE / 2, Silence.SILENT);
        ExecutorException full =
                catchThrowableOfType(ExecutorException.class, () -> large.into(temporary.resolve("libraries")));
        assertThat(full).hasMessageContaining("MB free");
        assertThat(full.exitCode()).isEqualTo(ExitCode.MACHINE_UNSUITABLE);
        assertThat(ranges).isEmpty();
    }

    @Test
    void leavesAFolderWithOtherThingsAlone() throws Exception {
        Files.writeString(Files.createDirectories(temporary.resolve("own")).resolve("diary.txt"), "dear diary");
        assertThatThrownBy(() -> fetch().into(temporary.resolve("own")))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("empty folder");
        assertThat(temporary.resolve("own/diary.txt")).hasContent("dear diary");
    }

    @Test
    void fillsAnEmptyFolder() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("empty"));
        assertThat(fetch().into(folder)).isTrue();
        assertThat(names(folder)).containsExactlyInAnyOrderElementsOf(LIBRARIES);
    }

    @Test
    void takesWhatMavenHasFetchedAlreadyUnlessItIsDamaged() throws Exception {
        Path kept = temporary.resolve(".m2/repository").resolve(archive.path());
        Files.createDirectories(kept.getParent());
        Files.write(kept, content);
        fetch().into(temporary.resolve("libraries"));
        assertThat(ranges).isEmpty();
        Files.write(kept, Arrays.copyOf(content, content.length - 1));
        fetch().into(temporary.resolve("others"));
        assertThat(ranges).hasSize(1);
    }

    @Test
    void theExecutorFindsWhatWasFetchedWithoutBeingTold() throws Exception {
        Path cache = temporary.resolve("cache");
        Path folder = Files.createDirectories(TensorRtFetch.folder(cache));
        Files.createFile(folder.resolve("libnvinfer.so.10"));
        assertThat(TensorRtLibraries.find(Map.of("GENERATE_VIDEO_CACHE", cache.toString())))
                .isEqualTo(folder);
    }

    @Test
    void fetchesTheVersionThatTheExecutorIsBuiltWith() throws Exception {
        assertThat(Files.readAllLines(Path.of(".mvn/maven.config")))
                .contains("-Dtensorrt.version=" + TensorRtFetch.VERSION);
    }

    @Test
    void refusesMachinesThatTheLibrariesAreNotMadeFor() throws Exception {
        TensorRtFetch.checkPlatform("Linux", "amd64");
        assertThatThrownBy(() -> TensorRtFetch.checkPlatform("Linux", "aarch64"))
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("aarch64");
    }

    /** Hears nothing. */
    private interface Silence {
        ArtifactDownload.Listener SILENT = (bytes, of) -> {};
    }

    private TensorRtFetch fetch() {
        return fetch(Silence.SILENT);
    }

    private TensorRtFetch fetch(ArtifactDownload.Listener listener) {
        return new TensorRtFetch(settings(), archive, LIBRARIES, 600_000, listener);
    }

    private MavenSettings settings() {
        try {
            return MavenSettings.read(Map.of(), temporary);
        } catch (ExecutorException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
