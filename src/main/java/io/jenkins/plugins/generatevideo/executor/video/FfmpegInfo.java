package io.jenkins.plugins.generatevideo.executor.video;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_version;
import static org.bytedeco.ffmpeg.global.avformat.avformat_version;
import static org.bytedeco.ffmpeg.global.avutil.av_version_info;
import static org.bytedeco.ffmpeg.global.avutil.avutil_license;
import static org.bytedeco.ffmpeg.global.avutil.avutil_version;
import static org.bytedeco.ffmpeg.global.swscale.swscale_version;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@code doctor} says about FFmpeg.
 *
 * @param version FFmpeg's release, for example {@code 8.0.1}
 * @param licence the licence that its build options put it under
 * @param libraries version of each library that is used, by its name
 * @param encoder the name of the H.264 encoder
 * @param encoderPresent whether this build has that encoder
 */
public record FfmpegInfo(
        String version, String licence, Map<String, String> libraries, String encoder, boolean encoderPresent) {
    /**
     * Loads FFmpeg and asks it.
     *
     * @throws UnsatisfiedLinkError if its libraries cannot be loaded on this machine
     */
    public static FfmpegInfo read() {
        Ffmpeg.prepare();
        Map<String, String> libraries = new LinkedHashMap<>();
        libraries.put("libavutil", dotted(avutil_version()));
        libraries.put("libavcodec", dotted(avcodec_version()));
        libraries.put("libavformat", dotted(avformat_version()));
        libraries.put("libswscale", dotted(swscale_version()));
        return new FfmpegInfo(
                av_version_info().getString(),
                avutil_license().getString(),
                libraries,
                ClipEncoder.ENCODER,
                avcodec_find_encoder_by_name(ClipEncoder.ENCODER) != null);
    }

    /** FFmpeg packs major, minor and micro into one number of 16 + 8 + 8 bits. */
    private static String dotted(int version) {
        return (version >>> 16) + "." + (version >>> 8 & 0xff) + "." + (version & 0xff);
    }
}
