package io.jenkins.plugins.generatevideo.executor.fetch;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The content of an HTTP answer, which may be the rest of a file that an interrupted download has left. */
public final class HttpBody {
    /** Told how much of the file is there; may end it by throwing. */
    public interface Listener {
        void progressed(long bytes) throws IOException, ExecutorException;
    }

    private static final int BUFFER = 1 << 18;

    private HttpBody() {}

    /** Whether the answer goes on after the first {@code there} bytes, as was asked for; else it is the whole. */
    public static boolean continues(HttpURLConnection connection, long there) throws IOException {
        String range = connection.getHeaderField("Content-Range");
        return connection.getResponseCode() == HttpURLConnection.HTTP_PARTIAL
                && there > 0
                && range != null
                && range.startsWith("bytes " + there + "-");
    }

    /**
     * Writes the answer behind what is there of a file.
     *
     * @param there how many bytes of the file stay; 0 for none
     * @param most how many bytes the file may have; of a longer answer nothing beyond is written
     * @return how many bytes there are then, or more than {@code most}
     */
    public static long write(HttpURLConnection connection, Path file, long there, long most, Listener listener)
            throws IOException, ExecutorException {
        long bytes = there;
        try (InputStream in = connection.getInputStream();
                OutputStream out = Files.newOutputStream(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        there > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING)) {
            byte[] buffer = new byte[BUFFER];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                bytes += length;
                if (bytes > most) {
                    return bytes;
                }
                out.write(buffer, 0, length);
                listener.progressed(bytes);
            }
        }
        return bytes;
    }
}
