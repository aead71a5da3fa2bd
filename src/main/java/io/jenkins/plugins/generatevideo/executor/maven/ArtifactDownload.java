package io.jenkins.plugins.generatevideo.executor.maven;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.fetch.HttpBody;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Downloads one file over HTTP and believes it only when its digest is right. What an interrupted download left is
 * continued, also by a later process.
 */
public final class ArtifactDownload {
    /** Told how far it is; may end it by throwing. */
    public interface Listener {
        void progressed(long bytes, long of) throws ExecutorException;
    }

    private static final int ATTEMPTS = 4;
    private static final int CONNECT_MILLISECONDS = 30_000;
    private static final int READ_MILLISECONDS = 60_000;

    private final MavenRepository repository;
    private final Artifact artifact;
    private final Listener listener;

    public ArtifactDownload(MavenRepository repository, Artifact artifact, Listener listener) {
        this.repository = repository;
        this.artifact = artifact;
        this.listener = listener;
    }

    /**
     * Downloads into a file, from where it ends if it is there.
     *
     * @throws ExecutorException {@code FAILED} if the file cannot be had, or is another than was asked for; then it is gone
     */
    public void into(Path file) throws ExecutorException {
        IOException latest = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                continueWith(file);
                if (Files.size(file) == artifact.bytes()) {
                    check(file);
                    return;
                }
                latest = new IOException("it ended after " + Files.size(file) + " of " + artifact.bytes() + " bytes");
            } catch (IOException e) {
                latest = e;
            }
        }
        throw new ExecutorException(
                ExitCode.FAILED,
                artifact.name() + " cannot be fetched from " + shown() + " (" + latest.getMessage()
                        + "); check the network and the mirror in Maven's settings, then start again: it continues"
                        + " where it ended.",
                latest);
    }

    private void continueWith(Path file) throws IOException, ExecutorException {
        long there = Files.exists(file) ? Files.size(file) : 0;
        if (there == artifact.bytes()) {
            return;
        }
        if (there > artifact.bytes()) {
            Files.delete(file);
            there = 0;
        }
        HttpURLConnection connection = open(there);
        try {
            int code = connection.getResponseCode();
            if (code == HttpURLConnection.HTTP_NOT_FOUND
                    || code == HttpURLConnection.HTTP_UNAUTHORIZED
                    || code == HttpURLConnection.HTTP_FORBIDDEN
                    || code == HttpURLConnection.HTTP_PROXY_AUTH) {
                throw new ExecutorException(
                        ExitCode.FAILED,
                        shown() + " does not give " + artifact.path() + " (HTTP " + code
                                + "); check the mirror and the account in Maven's settings.");
            }
            boolean continued = HttpBody.continues(connection, there);
            if (code != HttpURLConnection.HTTP_OK && !continued) {
                throw new IOException("HTTP " + code);
            }
            long written = HttpBody.write(
                    connection,
                    file,
                    continued ? there : 0,
                    artifact.bytes(),
                    bytes -> listener.progressed(bytes, artifact.bytes()));
            if (written > artifact.bytes()) {
                throw new IOException("it is longer than " + artifact.bytes() + " bytes");
            }
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection open(long from) throws IOException {
        Proxy proxy = repository.proxy();
        var url = repository.resolve(artifact.path()).toURL();
        HttpURLConnection connection =
                (HttpURLConnection) (proxy == null ? url.openConnection() : url.openConnection(proxy));
        connection.setConnectTimeout(CONNECT_MILLISECONDS);
        connection.setReadTimeout(READ_MILLISECONDS);
        if (repository.authorization() != null) {
            connection.setRequestProperty("Authorization", repository.authorization());
        }
        if (repository.proxyAuthorization() != null) {
            connection.setRequestProperty("Proxy-Authorization", repository.proxyAuthorization());
        }
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
        }
        return connection;
    }

    private void check(Path file) throws IOException, ExecutorException {
        String digest = FileDigest.of(file, length -> {});
        if (!digest.equals(artifact.sha256())) {
            Files.delete(file);
            throw new ExecutorException(
                    ExitCode.FAILED,
                    shown() + " gave another " + artifact.name() + " than the one that was published (SHA-256 " + digest
                            + " instead of " + artifact.sha256() + "); it was not used. Start again, or use another"
                            + " mirror.");
        }
    }

    /** The repository without what may be secret in its address. */
    private String shown() {
        URI url = repository.url();
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort()) + url.getPath();
    }
}
