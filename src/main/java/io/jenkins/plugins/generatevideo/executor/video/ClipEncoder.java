package io.jenkins.plugins.generatevideo.executor.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avutil.AVCHROMA_LOC_LEFT;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_PRI_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_TRC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_make_q;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;

/**
 * Writes RGB frames as an MP4 file that every browser plays: H.264, yuv420p, BT.709 in limited range and tagged so in the
 * stream and in the container, constant frame rate, index before the data. The same frames give the same bytes.
 *
 * <p>The file has a temporary name until {@link #finish}; closed without it, nothing is left. One thread uses it.
 */
public final class ClipEncoder implements AutoCloseable {
    /** Cisco's OpenH264, the H.264 encoder of FFmpeg's LGPL build. */
    static final String ENCODER = "libopenh264";

    /** One macroblock of H.264, and the least that OpenH264 takes. */
    private static final int SMALLEST_SIDE = 16;
    /** The largest frame of H.264 level 5.2, in pixels, and OpenH264's limit (36864 macroblocks). */
    private static final long LARGEST_AREA = 36_864L * 16 * 16;

    private final int width;
    private final int height;
    private final FrameRate frameRate;
    private final UnfinishedFile file;
    private final AVFrame rgb = av_frame_alloc();
    private final AVFrame yuv = av_frame_alloc();
    private final AVPacket packet = av_packet_alloc();
    private AVFormatContext container;
    private AVCodecContext codec;
    private AVStream stream;
    private ColourConversion conversion;
    private long frames;
    private boolean closed;

    /**
     * @param file the final name, usually {@code clip.mp4}; its folder exists
     * @param width in pixels, even, at least 16
     * @param height in pixels, even, at least 16
     * @throws ExecutorException {@code BAD_REQUEST} for a size that H.264 in yuv420p cannot have, {@code FAILED} if the
     *     file cannot be written, {@code MACHINE_UNSUITABLE} if FFmpeg has no H.264 encoder
     */
    public ClipEncoder(Path file, int width, int height, FrameRate frameRate, EncodingQuality quality)
            throws ExecutorException {
        this(new UnfinishedFile(file.toAbsolutePath()), width, height, frameRate, quality);
    }

    ClipEncoder(UnfinishedFile file, int width, int height, FrameRate frameRate, EncodingQuality quality)
            throws ExecutorException {
        this.file = file;
        this.width = width;
        this.height = height;
        this.frameRate = frameRate;
        checkSize(width, height);
        Ffmpeg.prepare();
        boolean opened = false;
        try {
            openCodec(quality);
            openContainer();
            allocate(rgb, AV_PIX_FMT_RGB24);
            allocate(yuv, AV_PIX_FMT_YUV420P);
            yuv.colorspace(AVCOL_SPC_BT709).color_primaries(AVCOL_PRI_BT709);
            yuv.color_trc(AVCOL_TRC_BT709).color_range(AVCOL_RANGE_MPEG).chroma_location(AVCHROMA_LOC_LEFT);
            conversion = ColourConversion.forEncoding(width, height);
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /**
     * Refuses a size that cannot be encoded, so that a caller can ask before it spends time on frames.
     *
     * @throws ExecutorException {@code BAD_REQUEST}
     */
    public static void checkSize(int width, int height) throws ExecutorException {
        String problem = null;
        if (width % 2 != 0 || height % 2 != 0) {
            problem = "has an odd side, which the pixel format yuv420p cannot have: choose even numbers";
        } else if (width < SMALLEST_SIDE || height < SMALLEST_SIDE) {
            problem = "is too small for H.264: choose at least " + SMALLEST_SIDE + "x" + SMALLEST_SIDE;
        } else if ((long) width * height > LARGEST_AREA) {
            problem =
                    "is too large for the H.264 encoder: choose at most " + LARGEST_AREA + " pixels, such as 3840x2160";
        }
        if (problem != null) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "The video size " + width + "x" + height + " " + problem + ".");
        }
    }

    private void openCodec(EncodingQuality quality) throws ExecutorException {
        AVCodec encoder = avcodec_find_encoder_by_name(ENCODER);
        if (encoder == null) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "This FFmpeg has no H.264 encoder " + ENCODER
                            + ": run \"generate-video doctor\" and install the FFmpeg that comes with the executor.");
        }
        codec = avcodec_alloc_context3(encoder);
        codec.width(width).height(height).pix_fmt(AV_PIX_FMT_YUV420P);
        codec.time_base(av_make_q(frameRate.denominator(), frameRate.numerator()));
        codec.framerate(av_make_q(frameRate.numerator(), frameRate.denominator()));
        codec.sample_aspect_ratio(av_make_q(1, 1));
        codec.colorspace(AVCOL_SPC_BT709).color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
        codec.color_range(AVCOL_RANGE_MPEG).chroma_sample_location(AVCHROMA_LOC_LEFT);
        codec.gop_size((int) Math.max(1, Math.round(quality.keyFrameSeconds() * frameRate.value())));
        // Equal bounds make the quantiser constant, whatever bit rate the encoder would aim at; with one thread there
        // is
        // one slice, and the bytes do not depend on the number of cores.
        codec.qmin(quality.quantiser()).qmax(quality.quantiser());
        codec.thread_count(1);
        codec.flags(codec.flags() | AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT);
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "profile", "high", 0);
        av_dict_set(options, "coder", "cabac", 0);
        av_dict_set(options, "rc_mode", "quality", 0);
        av_dict_set(options, "allow_skip_frames", "0", 0);
        try {
            check(avcodec_open2(codec, encoder, options), "start the H.264 encoder for");
        } finally {
            av_dict_free(options);
        }
    }

    private void openContainer() throws ExecutorException {
        container = new AVFormatContext(null);
        try (BytePointer url = Ffmpeg.url(file.temporary());
                BytePointer format = new BytePointer("mp4")) {
            check(avformat_alloc_output_context2(container, null, format, url), "create the container for");
            container.flags(container.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
            stream = avformat_new_stream(container, null);
            stream.time_base(codec.time_base());
            stream.avg_frame_rate(codec.framerate());
            stream.r_frame_rate(codec.framerate());
            check(avcodec_parameters_from_context(stream.codecpar(), codec), "describe the stream of");
            AVIOContext io = new AVIOContext(null);
            check(avio_open(io, url, AVIO_FLAG_WRITE), "create");
            container.pb(io);
        }
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "movflags", "+faststart", 0);
        try {
            check(avformat_write_header(container, options), "write the header of");
        } finally {
            av_dict_free(options);
        }
    }

    private void allocate(AVFrame frame, int format) throws ExecutorException {
        frame.format(format).width(width).height(height);
        // RGB rows stand without gaps, so that a frame is copied at once.
        check(av_frame_get_buffer(frame, format == AV_PIX_FMT_RGB24 ? 1 : 0), "get memory for the frames of");
    }

    /**
     * Appends one frame.
     *
     * @param rgb24 rows from the top, in each row red, green and blue of every pixel: {@code width * height * 3} bytes
     * @throws ExecutorException {@code FAILED} if the file cannot be written, for example because the disk is full
     */
    public void write(byte[] rgb24) throws ExecutorException {
        if (closed) {
            throw new IllegalStateException("the clip is already finished or closed");
        }
        if (rgb24.length != width * height * 3) {
            throw new IllegalArgumentException("a frame of " + width + "x" + height + " has " + width * height * 3
                    + " bytes, not " + rgb24.length);
        }
        rgb.data(0).put(rgb24);
        check(av_frame_make_writable(yuv), "get memory for the frames of");
        conversion.convert(rgb, yuv);
        yuv.pts(frames++);
        check(avcodec_send_frame(codec, yuv), "encode frame " + frames + " of");
        writePackets();
    }

    private void writePackets() throws ExecutorException {
        while (true) {
            int code = avcodec_receive_packet(codec, packet);
            if (code == Ffmpeg.TRY_AGAIN || code == AVERROR_EOF) {
                return;
            }
            check(code, "encode");
            packet.duration(1);
            packet.stream_index(stream.index());
            av_packet_rescale_ts(packet, codec.time_base(), stream.time_base());
            check(av_interleaved_write_frame(container, packet), "write");
        }
    }

    /** Frames written so far. */
    public long frames() {
        return frames;
    }

    /** For example {@code h264}: what {@code clip.json} names as the codec. */
    public static String codecName() {
        return "h264";
    }

    /**
     * Completes the file and gives it its final name, replacing what stood there.
     *
     * @throws ExecutorException {@code FAILED} if the file cannot be completed; nothing is left behind then
     */
    public void finish() throws ExecutorException {
        if (closed || frames == 0) {
            throw new IllegalStateException(closed ? "the clip is already closed" : "a clip has at least one frame");
        }
        try {
            check(avcodec_send_frame(codec, null), "encode the end of");
            writePackets();
            check(av_write_trailer(container), "complete");
            AVIOContext io = container.pb();
            container.pb(null);
            check(avio_closep(io), "complete");
            file.finish();
        } finally {
            close();
        }
    }

    private void check(int code, String attempt) throws ExecutorException {
        if (code >= 0) {
            return;
        }
        String sentence = Ffmpeg.isDiskFull(code)
                ? "The disk is full: cannot " + attempt + " \"" + file.target()
                        + "\"; free some space in its folder or choose another one, then try again."
                : "Cannot " + attempt + " \"" + file.target() + "\" (" + Ffmpeg.reason(code)
                        + "): check that its folder exists and is writable, then try again.";
        throw new ExecutorException(ExitCode.FAILED, sentence);
    }

    /** Frees the native memory; without {@link #finish} it also removes the unfinished file. */
    @Override
    public void close() throws ExecutorException {
        if (closed) {
            return;
        }
        closed = true;
        av_frame_free(rgb);
        av_frame_free(yuv);
        av_packet_free(packet);
        if (conversion != null) {
            conversion.close();
        }
        if (codec != null) {
            avcodec_free_context(codec);
        }
        if (container != null && !container.isNull()) {
            if (container.pb() != null) {
                // Its result does not matter: the file is removed below.
                avio_closep(container.pb());
                container.pb(null);
            }
            avformat_free_context(container);
        }
        file.close();
    }
}
