package io.jenkins.plugins.generatevideo.executor.compare;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PLANAR;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.javacpp.BytePointer;

/** Copies the luma of FFmpeg's frames into arrays. */
final class LumaReader {
    private LumaReader() {}

    /**
     * Whether the frame's first plane is luma in bytes, as in yuv420p and its like. Where it is not, the luma is taken from
     * the frame's RGB instead.
     */
    static boolean hasBytePlane(AVFrame frame) {
        AVPixFmtDescriptor format = av_pix_fmt_desc_get(frame.format());
        boolean planar = (format.flags() & AV_PIX_FMT_FLAG_PLANAR) != 0 || format.nb_components() == 1;
        return planar && (format.flags() & AV_PIX_FMT_FLAG_RGB) == 0 && format.comp(0).depth() == 8;
    }

    /** Copies the first plane, {@code [height, width]}, without the gaps between its rows. */
    static void read(AVFrame frame, byte[] luma) {
        int width = frame.width();
        int stride = frame.linesize(0);
        try (BytePointer plane = new BytePointer(frame.data(0))) {
            for (int row = 0; row < frame.height(); row++) {
                plane.position((long) row * stride).get(luma, row * width, width);
            }
        }
    }

    /** The luma of RGB by BT.709. */
    static void fromRgb(byte[] rgb, byte[] luma) {
        for (int i = 0, at = 0; i < luma.length; i++, at += 3) {
            luma[i] = (byte) Math.round(
                    0.2126f * (rgb[at] & 0xff) + 0.7152f * (rgb[at + 1] & 0xff) + 0.0722f * (rgb[at + 2] & 0xff));
        }
    }
}
