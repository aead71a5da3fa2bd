package io.jenkins.plugins.generatevideo.executor.video;

import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_ERROR;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;
import static org.bytedeco.ffmpeg.global.avutil.setLogCallback;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.javacpp.BytePointer;

/**
 * FFmpeg in this process: makes it silent on standard output and standard error, and keeps its latest complaint for the
 * sentence of an exception. FFmpeg has one log for the whole process, and so this class has one instance.
 */
public final class Ffmpeg {
    /** What FFmpeg returns when it wants more input before it gives output (the errno EAGAIN, negated). */
    public static final int TRY_AGAIN = -11;

    private static final int NO_SPACE_LEFT = -28;
    private static final int ERROR_TEXT_BYTES = 256;
    private static final Ffmpeg INSTANCE = new Ffmpeg();

    /** FFmpeg puts the part that complains and its address in memory before each line; neither helps a user. */
    private static final Pattern ORIGIN = Pattern.compile("^(\\[[^\\]]* @ 0x[0-9a-f]+] *)+");

    private final AtomicReference<String> latestComplaint = new AtomicReference<>("");
    private final LogCallback callback;

    private Ffmpeg() {
        // JavaCPP refuses to allocate once the process is larger than about twice the Java heap. The networks that run
        // in the same process live outside that heap, so its guess would stop healthy generations.
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        }
        callback = new LogCallback() {
            @Override
            public void call(int level, BytePointer message) {
                if (level <= AV_LOG_ERROR) {
                    String text = message.getString(StandardCharsets.UTF_8).strip();
                    if (!text.isEmpty()) {
                        latestComplaint.set(text);
                    }
                }
            }
        };
        av_log_set_level(AV_LOG_ERROR);
        setLogCallback(callback);
    }

    /** Loads the libraries and silences them; later calls only forget the latest complaint. */
    public static void prepare() {
        INSTANCE.latestComplaint.set("");
    }

    /**
     * Why a call failed: FFmpeg's text for the code, and its latest complaint where there is one.
     *
     * @param code a negative value that FFmpeg returned
     */
    public static String reason(int code) {
        byte[] text = new byte[ERROR_TEXT_BYTES];
        av_strerror(code, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        String reason = new String(text, 0, length, StandardCharsets.UTF_8);
        String complaint = INSTANCE.latestComplaint.getAndSet("");
        // One sentence goes to the user, so a complaint of several lines or without end is cut.
        String firstLine =
                ORIGIN.matcher(complaint.lines().findFirst().orElse("")).replaceFirst("");
        firstLine = firstLine.replaceFirst("[.\\s]+$", "");
        if (firstLine.isEmpty() || firstLine.contains(reason)) {
            return reason;
        }
        return reason + ": " + (firstLine.length() > 160 ? firstLine.substring(0, 160) + "…" : firstLine);
    }

    /**
     * A path as FFmpeg takes it: never mistaken for a network address or an option, whatever the file is called.
     *
     * @return to be closed by the caller
     */
    public static BytePointer url(Path file) {
        // FFmpeg hands the bytes to the system as they are, so they must be those that Java itself would use.
        Charset fileNames = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        return new BytePointer(("file:" + file.toAbsolutePath() + "\0").getBytes(fileNames));
    }

    /** Whether the code says that the disk is full. */
    static boolean isDiskFull(int code) {
        return code == NO_SPACE_LEFT;
    }
}
