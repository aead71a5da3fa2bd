package io.jenkins.plugins.generatevideo.executor.video;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_UNSPECIFIED;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BITEXACT;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INP;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_freeContext;
import static org.bytedeco.ffmpeg.global.swscale.sws_getCoefficients;
import static org.bytedeco.ffmpeg.global.swscale.sws_init_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale;
import static org.bytedeco.ffmpeg.global.swscale.sws_setColorspaceDetails;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.IntPointer;

/** Converts frames between RGB and YUV with the matrix and the range that a clip's colour tags name. */
final class ColourConversion implements AutoCloseable {
    /** Exact rounding and the same result on every processor; chroma is interpolated, not repeated. */
    private static final int FLAGS =
            SWS_BICUBIC | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP;

    /** Chroma samples stand on the left luma column and between two rows, in 1/256 of a luma sample (H.264, type 0). */
    private static final int CHROMA_LEFT = 0;

    private static final int CHROMA_BETWEEN_ROWS = 128;
    /** Contrast and saturation of swscale, in 1/65536: unchanged. */
    private static final int UNCHANGED = 1 << 16;
    /** Untagged video is taken for BT.709 from this height on, as players do; below for BT.601. */
    private static final int HIGH_DEFINITION_HEIGHT = 720;

    private final SwsContext context;
    private final int height;

    private ColourConversion(SwsContext context, int height) {
        this.context = context;
        this.height = height;
    }

    /** From RGB to yuv420p, BT.709, limited range. */
    static ColourConversion forEncoding(int width, int height) throws ExecutorException {
        return new ColourConversion(
                create(width, height, AV_PIX_FMT_RGB24, true, AV_PIX_FMT_YUV420P, false, AVCOL_SPC_BT709), height);
    }

    /** From what a decoder gave to RGB, by the frame's own tags. */
    static ColourConversion forDecoding(AVFrame frame) throws ExecutorException {
        int matrix = frame.colorspace();
        if (matrix == AVCOL_SPC_UNSPECIFIED || matrix == AVCOL_SPC_RGB) {
            matrix = frame.height() >= HIGH_DEFINITION_HEIGHT ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
        }
        boolean fullRange = frame.color_range() == AVCOL_RANGE_JPEG;
        return new ColourConversion(
                create(frame.width(), frame.height(), frame.format(), fullRange, AV_PIX_FMT_RGB24, true, matrix),
                frame.height());
    }

    private static SwsContext create(
            int width, int height, int from, boolean fromFull, int to, boolean toFull, int matrix)
            throws ExecutorException {
        SwsContext context = sws_alloc_context();
        context.src_w(width).src_h(height).src_format(from);
        context.dst_w(width).dst_h(height).dst_format(to);
        context.flags(FLAGS);
        if (to == AV_PIX_FMT_YUV420P) {
            context.dst_h_chr_pos(CHROMA_LEFT).dst_v_chr_pos(CHROMA_BETWEEN_ROWS);
        } else if (from == AV_PIX_FMT_YUV420P) {
            context.src_h_chr_pos(CHROMA_LEFT).src_v_chr_pos(CHROMA_BETWEEN_ROWS);
        }
        IntPointer coefficients = sws_getCoefficients(matrix);
        int code = sws_setColorspaceDetails(
                context, coefficients, fromFull ? 1 : 0, coefficients, toFull ? 1 : 0, 0, UNCHANGED, UNCHANGED);
        if (code >= 0) {
            code = sws_init_context(context, null, null);
        }
        if (code < 0) {
            sws_freeContext(context);
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "Frames of " + width + "x" + height
                            + " cannot be converted between RGB and the video's pixel format (" + Ffmpeg.reason(code)
                            + "): convert the video to yuv420p first.");
        }
        return context;
    }

    /** Converts a whole frame; both frames have the size and the format that this conversion was made for. */
    void convert(AVFrame from, AVFrame to) {
        sws_scale(context, from.data(), from.linesize(), 0, height, to.data(), to.linesize());
    }

    @Override
    public void close() {
        sws_freeContext(context);
    }
}
