package io.jenkins.plugins.generatevideo.executor.fetch;

import io.jenkins.plugins.generatevideo.contract.BundleAddress;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Gets one file by HTTP and believes it only when its digest is right. What an interrupted download left is continued, also
 * by a later process.
 */
final class Download {
    private static final int ATTEMPTS = 4;
    private static final long FIRST_PAUSE_MILLISECONDS = 500;
    private static final long MEGABYTE = 1_000_000;
    // RFC 9110, which HttpURLConnection has no constants for
    private static final int HTTP_RANGE_NOT_SATISFIABLE = 416;
    private static final int HTTP_TOO_MANY_REQUESTS = 429;

    private final BundleAddress address;
    private final long limit;
    private final ProgressListener listener;

    /**
     * @param limit how large the file may be, in bytes
     * @param listener told how much is there
     */
    Download(BundleAddress address, long limit, ProgressListener listener) {
        this.address = address;
        this.limit = limit;
        this.listener = listener;
    }

    /**
     * Downloads into a file, from where it ends if it is there.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if the address is not to be used, {@code BAD_BUNDLE} if there is something
     *     else than was asked for, which is gone then, {@code FAILED} if it cannot be had, {@code CANCELLED}
     */
    void into(Path file) throws ExecutorException {
        IOException latest = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                if (attempt > 0) {
                    Thread.sleep(FIRST_PAUSE_MILLISECONDS << attempt);
                }
                continueWith(file);
                check(file);
                return;
            } catch (RefusedAddressException e) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "The engine bundle " + address.location() + " is not fetched: " + e.getMessage()
                                + "; name another address.",
                        e);
            } catch (FileSystemException e) {
                throw new ExecutorException(
                        ExitCode.FAILED,
                        "The engine bundle cannot be written into " + file.getParent() + " (" + e
                                + "); free some space, then start again: it continues where it ended.",
                        e);
            } catch (IOException e) {
                latest = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while fetching an engine bundle.", e);
            }
        }
        throw new ExecutorException(
                ExitCode.FAILED,
                "The engine bundle " + address.location() + " cannot be fetched (" + latest
                        + "); check the address and the network, then start again: it continues where it ended.",
                latest);
    }

    private void continueWith(Path file) throws IOException, ExecutorException {
        long there = Files.exists(file) ? Files.size(file) : 0;
        HttpURLConnection connection = HttpSource.open(address.location(), there);
        try {
            int code = connection.getResponseCode();
            if (code == HTTP_RANGE_NOT_SATISFIABLE) {
                // It is all there already, or it is another file; the digest tells.
                return;
            }
            boolean continued = HttpBody.continues(connection, there);
            if (code != HttpURLConnection.HTTP_OK && !continued) {
                failed(code);
            }
            if (!continued) {
                there = 0;
            }
            long length = connection.getContentLengthLong();
            long total = length < 0 ? -1 : there + length;
            checkSize(total, length, file);
            receive(connection, file, there, total);
        } finally {
            connection.disconnect();
        }
    }

    private void failed(int code) throws IOException, ExecutorException {
        boolean passing = code == HttpURLConnection.HTTP_CLIENT_TIMEOUT || code == HTTP_TOO_MANY_REQUESTS;
        if (code / 100 == 4 && !passing) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The engine bundle " + address.location() + " is not there (HTTP " + code
                            + "); check the address, and that it can be read without a password.");
        }
        throw new IOException("HTTP " + code);
    }

    private void checkSize(long total, long coming, Path file) throws IOException, ExecutorException {
        if (total > limit) {
            throw tooLarge();
        }
        long free = Files.getFileStore(file.getParent()).getUsableSpace();
        if (coming > free) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "The engine bundle " + address.location() + " takes " + coming / MEGABYTE + " MB more, but "
                            + file.getParent() + " has " + free / MEGABYTE + " MB free; free some space.");
        }
    }

    private void receive(HttpURLConnection connection, Path file, long from, long total)
            throws IOException, ExecutorException {
        long there = HttpBody.write(connection, file, from, limit, bytes -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while fetching an engine bundle.");
            }
            listener.progressed(file.getFileName().toString(), bytes, total);
        });
        if (there > limit) {
            throw tooLarge();
        }
        if (total >= 0 && there < total) {
            throw new IOException("it ended after " + there + " of " + total + " bytes");
        }
    }

    private void check(Path file) throws IOException, ExecutorException {
        String digest = FileDigest.of(file, length -> {});
        if (!digest.equals(address.sha256())) {
            Files.delete(file);
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The engine bundle " + address.location() + " has another digest than was asked for (SHA-256 "
                            + digest + " instead of " + address.sha256()
                            + "); it was not used. Correct the address or the digest.");
        }
    }

    private ExecutorException tooLarge() {
        return new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "The engine bundle " + address.location() + " is larger than " + limit / MEGABYTE
                        + " MB, more than any bundle; name another address.");
    }
}
