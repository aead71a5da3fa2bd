package io.jenkins.plugins.generatevideo.executor.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_frame_rate;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;

/**
 * Reads the frames of a video file one after the other, with memory that does not grow with its length. A damaged file
 * ends in an exception, never in frames that the decoder made up. One thread uses it.
 */
public final class ClipDecoder implements AutoCloseable {
    /** Containers that hold video themselves. A play list, which can name other files, is none. */
    private static final String CONTAINERS = "mov,matroska,avi,yuv4mpegpipe,mpegts,mpeg,h264,hevc,ivf,flv,nut,ogg,gif";

    private static final String GIT_LFS_POINTER = "version https://git-lfs.github.com/spec/";

    private static final int MOST_THREADS = 4;

    private final Path file;
    private final AVFrame frame = av_frame_alloc();
    private final AVFrame rgb = av_frame_alloc();
    private final AVPacket packet = av_packet_alloc();
    private AVFormatContext container;
    private AVCodecContext codec;
    private AVStream stream;
    private FrameRate frameRate;
    private ColourConversion conversion;
    private long frames;
    private boolean closed;

    /** @throws ExecutorException {@code BAD_REQUEST} if the file is missing, no video, or damaged */
    public ClipDecoder(Path file) throws ExecutorException {
        this.file = file;
        if (!Files.isRegularFile(file)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "There is no video file \"" + file + "\": check the path.");
        }
        Ffmpeg.prepare();
        boolean opened = false;
        try {
            openContainer();
            openCodec();
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private void openContainer() throws ExecutorException {
        container = new AVFormatContext(null);
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "protocol_whitelist", "file", 0);
        av_dict_set(options, "format_whitelist", CONTAINERS, 0);
        try (BytePointer url = Ffmpeg.url(file)) {
            int code = avformat_open_input(container, url, null, options);
            if (code < 0) {
                // FFmpeg has freed the context then.
                container = null;
                throw notVideo(Ffmpeg.reason(code));
            }
        } finally {
            av_dict_free(options);
        }
        int code = avformat_find_stream_info(container, (AVDictionary) null);
        if (code < 0) {
            throw notVideo(Ffmpeg.reason(code));
        }
    }

    private void openCodec() throws ExecutorException {
        AVCodec decoder = new AVCodec(null);
        int index = av_find_best_stream(container, AVMEDIA_TYPE_VIDEO, -1, -1, decoder, 0);
        if (index < 0) {
            throw notVideo("it has no video stream that can be decoded");
        }
        stream = container.streams(index);
        codec = avcodec_alloc_context3(decoder);
        int code = avcodec_parameters_to_context(codec, stream.codecpar());
        if (code >= 0) {
            codec.err_recognition(codec.err_recognition() | AV_EF_EXPLODE);
            codec.thread_count(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
            code = avcodec_open2(codec, decoder, (AVDictionary) null);
        }
        if (code < 0 || codec.width() < 1 || codec.height() < 1) {
            throw notVideo(code < 0 ? Ffmpeg.reason(code) : "its frames have no size");
        }
        AVRational rate = av_guess_frame_rate(container, stream, null);
        try {
            frameRate = new FrameRate(rate.num(), rate.den());
        } catch (IllegalArgumentException e) {
            throw notVideo("its frame rate " + rate.num() + "/" + rate.den() + " is impossible");
        }
    }

    private ExecutorException notVideo(String reason) {
        if (isGitLfsPointer()) {
            return new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "\"" + file + "\" is only a Git LFS pointer to a video: get the video itself with git lfs pull.");
        }
        return new ExecutorException(
                ExitCode.BAD_REQUEST,
                "\"" + file + "\" cannot be read as a video (" + reason
                        + "): give an MP4, WebM, MOV, AVI or Y4M file.");
    }

    /** What stands in a checkout in place of a large file that was not fetched. */
    private boolean isGitLfsPointer() {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(GIT_LFS_POINTER.length());
            return new String(start, StandardCharsets.US_ASCII).equals(GIT_LFS_POINTER);
        } catch (IOException e) {
            // It cannot be read, which is said anyway.
            return false;
        }
    }

    private ExecutorException damaged(String reason) {
        return new ExecutorException(
                ExitCode.BAD_REQUEST,
                String.format(
                        Locale.ROOT,
                        "The video \"%s\" is damaged after %d frames, at %.2f s (%s): make or copy it again.",
                        file,
                        frames,
                        frameRate.seconds(frames),
                        reason));
    }

    /**
     * Decodes the next frame, the first one at the first call.
     *
     * @return whether there was one; after the last frame {@code false}
     * @throws ExecutorException {@code BAD_REQUEST} if the file is damaged here
     */
    public boolean next() throws ExecutorException {
        while (true) {
            int code = avcodec_receive_frame(codec, frame);
            if (code >= 0) {
                if (frame.width() != codec.width() || frame.height() != codec.height()) {
                    throw damaged("the frame size changes");
                }
                frames++;
                return true;
            }
            if (code == AVERROR_EOF) {
                if (frames == 0) {
                    throw notVideo("it has no frame");
                }
                return false;
            }
            if (code != Ffmpeg.TRY_AGAIN) {
                throw damaged(Ffmpeg.reason(code));
            }
            feed();
        }
    }

    private void feed() throws ExecutorException {
        while (true) {
            int code = av_read_frame(container, packet);
            if (code == AVERROR_EOF) {
                code = avcodec_send_packet(codec, null);
            } else if (code >= 0) {
                boolean ours = packet.stream_index() == stream.index();
                code = ours ? avcodec_send_packet(codec, packet) : 0;
                av_packet_unref(packet);
                if (!ours) {
                    continue;
                }
            }
            if (code < 0 && code != AVERROR_EOF) {
                throw damaged(Ffmpeg.reason(code));
            }
            return;
        }
    }

    /** When the current frame is shown, in seconds after the start of the stream. */
    public double seconds() {
        long timestamp = frame.best_effort_timestamp();
        if (timestamp == AV_NOPTS_VALUE) {
            return frameRate.seconds(frames - 1);
        }
        long start = stream.start_time() == AV_NOPTS_VALUE ? 0 : stream.start_time();
        AVRational unit = stream.time_base();
        return (double) (timestamp - start) * unit.num() / unit.den();
    }

    /** The current frame as {@code width * height * 3} bytes: rows from the top, in each row red, green and blue. */
    public byte[] rgb24() throws ExecutorException {
        byte[] pixels = new byte[width() * height() * 3];
        rgb24(pixels);
        return pixels;
    }

    /** Writes the current frame, as {@link #rgb24()} gives it, into an array of exactly that length. */
    public void rgb24(byte[] into) throws ExecutorException {
        rgb24(frame, into);
    }

    /** Likewise for a frame of this decoder that the caller has kept. */
    public void rgb24(AVFrame frame, byte[] into) throws ExecutorException {
        if (into.length != width() * height() * 3) {
            throw new IllegalArgumentException("needs " + width() * height() * 3 + " bytes, not " + into.length);
        }
        if (conversion == null) {
            conversion = ColourConversion.forDecoding(frame);
            rgb.format(AV_PIX_FMT_RGB24).width(width()).height(height());
            int code = av_frame_get_buffer(rgb, 1);
            if (code < 0) {
                throw new ExecutorException(
                        ExitCode.FAILED,
                        "There is no memory for a frame of \"" + file + "\" (" + Ffmpeg.reason(code)
                                + "): give the executor more memory.");
            }
        }
        conversion.convert(frame, rgb);
        rgb.data(0).get(into);
    }

    /** FFmpeg's own current frame, for its filters; it stays this decoder's and changes at the next {@link #next}. */
    public AVFrame frame() {
        return frame;
    }

    public Path file() {
        return file;
    }

    /** In pixels. */
    public int width() {
        return codec.width();
    }

    /** In pixels. */
    public int height() {
        return codec.height();
    }

    /** The nominal frame rate; single frames may have other times, see {@link #seconds}. */
    public FrameRate frameRate() {
        return frameRate;
    }

    /** How many frames the container says there are, if it says so. */
    public OptionalLong frameCount() {
        return stream.nb_frames() > 0 ? OptionalLong.of(stream.nb_frames()) : OptionalLong.empty();
    }

    /** Frames decoded so far. */
    public long frames() {
        return frames;
    }

    /** For example {@code h264}. */
    public String codecName() {
        return codec.codec().name().getString();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        av_frame_free(frame);
        av_frame_free(rgb);
        av_packet_free(packet);
        if (conversion != null) {
            conversion.close();
        }
        if (codec != null) {
            avcodec_free_context(codec);
        }
        if (container != null) {
            avformat_close_input(container);
        }
    }
}
