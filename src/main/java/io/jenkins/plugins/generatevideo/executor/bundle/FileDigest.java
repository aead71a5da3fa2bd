package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** SHA-256 of files and streams, in lower-case hexadecimal. */
public final class FileDigest {
    private static final int BUFFER = 1 << 18;

    private FileDigest() {}

    static String of(byte[] bytes) {
        return Sha256.hex(bytes);
    }

    public static String of(Path file, LongConsumer read) throws IOException, ExecutorException {
        try (InputStream in = Files.newInputStream(file)) {
            return copy(in, OutputStream.nullOutputStream(), read);
        }
    }

    /**
     * Copies a stream to its end and digests it on the way.
     *
     * @param copied told the number of bytes of each piece
     * @throws ExecutorException {@code CANCELLED} when the thread was interrupted
     */
    static String copy(InputStream in, OutputStream out, LongConsumer copied) throws IOException, ExecutorException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while reading files of an engine bundle.");
            }
            digest.update(buffer, 0, length);
            out.write(buffer, 0, length);
            copied.accept(length);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
