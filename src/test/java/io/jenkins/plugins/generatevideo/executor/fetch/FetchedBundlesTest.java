package io.jenkins.plugins.generatevideo.executor.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.generatevideo.contract.BundleAddress;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleArchive;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.UnpackLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches a real archive from a real server of this machine, which behaves as well as each test wants. */
class FetchedBundlesTest {
    private static final UnpackLimits LIMITS = UnpackLimits.standard();

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** The {@code Range} of every request, or an empty text. */
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private HttpServer server;
    private Path cache;
    private Path archive;
    private byte[] content;
    private String digest;

    @BeforeEach
    void serve() throws Exception {
        cache = folder.resolve("cache");
        archive = folder.resolve("tiny.tar.zst");
        BundleArchive.pack(EngineBundle.open(TinyBundle.write(folder.resolve("made"))), archive, ProgressListener.NONE);
        content = Files.readAllBytes(archive);
        digest = FileDigest.of(archive, length -> {});
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/tiny", this::answer);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void fetchesAndUnpacksOnceForADigest() throws Exception {
        Path bundle = bundles(LIMITS).get(address("/tiny"));
        assertThat(bundle).isEqualTo(cache.resolve("bundles").resolve(digest).resolve("tiny"));
        assertThat(EngineBundle.open(bundle).manifest().name()).isEqualTo("tiny");
        assertThat(bundles(LIMITS).get(address("/elsewhere"))).isEqualTo(bundle);
        assertThat(requests).containsExactly("");
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void takesAFileOfTheMachine() throws Exception {
        BundleAddress local = BundleAddress.parse(archive.toUri() + "#sha256=" + digest);
        assertThat(bundles(LIMITS).get(local).resolve("bundle.json")).exists();
        assertThat(archive).exists();
    }

    @Test
    void continuesWhatWasInterrupted() throws Exception {
        Path part = Files.createDirectories(cache.resolve("bundles")).resolve(digest + ".part");
        Files.write(part, Arrays.copyOf(content, 1000));
        bundles(LIMITS).get(address("/tiny"));
        assertThat(requests).containsExactly("bytes=1000-");
        assertThat(part).doesNotExist();
    }

    @Test
    void triesAgainWhereTheConnectionBroke() throws Exception {
        server.createContext("/broken", exchange -> {
            if (requests.isEmpty()) {
                requests.add("broken");
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, 2000);
                exchange.getResponseBody().flush();
                exchange.close();
            } else {
                answer(exchange);
            }
        });
        bundles(LIMITS).get(address("/broken"));
        assertThat(requests).containsExactly("broken", "bytes=2000-");
    }

    @Test
    void startsOverWhereTheServerCannotContinue() throws Exception {
        Path part = Files.createDirectories(cache.resolve("bundles")).resolve(digest + ".part");
        Files.write(part, new byte[500]);
        server.createContext("/whole", exchange -> send(exchange, 200, content));
        bundles(LIMITS).get(address("/whole"));
        assertThat(requests).containsExactly("bytes=500-");
    }

    @Test
    void doesNotUseAnotherContent() throws Exception {
        server.createContext("/other", exchange -> send(exchange, 200, new byte[3000]));
        assertThatThrownBy(() -> bundles(LIMITS).get(address("/other")))
                .isInstanceOfSatisfying(
                        ExecutorException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_BUNDLE))
                .hasMessageContaining("another digest")
                .hasMessageContaining(digest);
        assertThat(leftovers()).isEmpty();
        // and the right one can still be had
        assertThat(bundles(LIMITS).get(address("/tiny"))).exists();
    }

    @Test
    void doesNotTryAgainWhatIsNotThere() {
        server.createContext("/gone", exchange -> send(exchange, 404, new byte[0]));
        assertThatThrownBy(() -> bundles(LIMITS).get(address("/gone"))).hasMessageContaining("HTTP 404");
        assertThat(requests).hasSize(1);
    }

    @Test
    void refusesWhatIsTooLarge() {
        UnpackLimits small = new UnpackLimits(1000, 1000, 10, 10);
        assertThatThrownBy(() -> bundles(small).get(address("/tiny"))).hasMessageContaining("is larger than");
        server.createContext("/endless", exchange -> {
            // of unknown length
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[5000]);
            exchange.close();
        });
        assertThatThrownBy(() -> bundles(small).get(address("/endless"))).hasMessageContaining("is larger than");
    }

    @Test
    void followsRedirectsOfTheSameSchemeOnly() throws Exception {
        redirect("/moved", "/tiny");
        redirect("/local", "file://" + archive);
        redirect("/credentials", "http://169.254.169.254/latest/meta-data/");
        redirect("/round", "/round");
        assertThat(bundles(LIMITS).get(address("/moved"))).exists();
        Files.move(cache, folder.resolve("first-cache"));
        for (String path : List.of("/local", "/credentials", "/round")) {
            assertThatThrownBy(() -> bundles(LIMITS).get(address(path)))
                    .isInstanceOfSatisfying(
                            ExecutorException.class,
                            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_REQUEST))
                    .hasMessageContaining("is not fetched");
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            send(exchange, 200, content);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("\\D", ""));
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        send(exchange, 206, Arrays.copyOfRange(content, from, content.length));
    }

    private void send(HttpExchange exchange, int code, byte[] body) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(range == null ? "" : range);
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void redirect(String path, String target) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Location", target);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }

    private FetchedBundles bundles(UnpackLimits limits) {
        return new FetchedBundles(cache, limits, ProgressListener.NONE, message -> {});
    }

    private BundleAddress address(String path) {
        return BundleAddress.parse("http://127.0.0.1:" + server.getAddress().getPort() + path + "#sha256=" + digest);
    }

    private List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(cache.resolve("bundles"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".part"))
                    .toList();
        }
    }
}
