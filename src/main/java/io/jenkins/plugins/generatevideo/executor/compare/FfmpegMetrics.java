package io.jenkins.plugins.generatevideo.executor.compare;

import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_KEEP_REF;
import static org.bytedeco.ffmpeg.global.avfilter.AV_BUFFERSRC_FLAG_PUSH;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame_flags;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_get_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_parse2;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt_name;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.Ffmpeg;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * PSNR and SSIM of pairs of frames, by FFmpeg's own {@code psnr} and {@code ssim} filters in this process: the figures are
 * those that the whole field quotes, and their speed is FFmpeg's.
 */
final class FfmpegMetrics implements AutoCloseable {
    private static final String BASELINE = "buffer@baseline";
    private static final String CANDIDATE = "buffer@candidate";
    private static final String RESULT = "buffersink@result";

    private final AVFilterGraph graph;
    private final AVFilterContext baseline;
    private final AVFilterContext candidate;
    private final AVFilterContext result;
    private final AVFrame measured = av_frame_alloc();

    /** What becomes of a pair: PSNR in dB over all planes (infinite for equal frames) and SSIM over all planes. */
    record Figures(double psnr, double ssim) {}

    /** The graph takes size and format from the first pair of frames. */
    FfmpegMetrics(AVFrame firstBaseline, AVFrame firstCandidate) throws ExecutorException {
        String description = source(BASELINE, firstBaseline) + "[b];" + source(CANDIDATE, firstCandidate)
                + "[c];[b]split[b1][b2];[c][b1]psnr[p];[p][b2]ssim," + RESULT;
        graph = avfilter_graph_alloc();
        int code = avfilter_graph_parse2(graph, description, new AVFilterInOut(null), new AVFilterInOut(null));
        if (code >= 0) {
            code = avfilter_graph_config(graph, null);
        }
        if (code < 0) {
            close();
            throw failed(code);
        }
        baseline = avfilter_graph_get_filter(graph, BASELINE);
        candidate = avfilter_graph_get_filter(graph, CANDIDATE);
        result = avfilter_graph_get_filter(graph, RESULT);
    }

    private static String source(String name, AVFrame frame) {
        return name + "=video_size=" + frame.width() + "x" + frame.height()
                + ":pix_fmt=" + av_get_pix_fmt_name(frame.format()).getString()
                + ":time_base=1/1:pixel_aspect=1/1:colorspace=" + frame.colorspace() + ":range=" + frame.color_range();
    }

    private static ExecutorException failed(int code) {
        return new ExecutorException(
                ExitCode.FAILED,
                "FFmpeg cannot measure these videos (" + Ffmpeg.reason(code) + "): convert both to yuv420p first.");
    }

    /**
     * Measures one pair.
     *
     * @param index the number of the pair, one more than that of the last
     */
    Figures measure(long index, AVFrame baselineFrame, AVFrame candidateFrame) throws ExecutorException {
        push(baseline, baselineFrame, index);
        push(candidate, candidateFrame, index);
        int code = av_buffersink_get_frame(result, measured);
        if (code == Ffmpeg.TRY_AGAIN || code == AVERROR_EOF) {
            throw new IllegalStateException("FFmpeg's filters kept a pair back");
        }
        if (code < 0) {
            throw failed(code);
        }
        try {
            return new Figures(figure("lavfi.psnr.psnr_avg"), figure("lavfi.ssim.All"));
        } finally {
            av_frame_unref(measured);
        }
    }

    private static void push(AVFilterContext source, AVFrame frame, long index) throws ExecutorException {
        frame.pts(index).duration(1);
        int code = av_buffersrc_add_frame_flags(source, frame, AV_BUFFERSRC_FLAG_KEEP_REF | AV_BUFFERSRC_FLAG_PUSH);
        if (code < 0) {
            throw failed(code);
        }
    }

    private double figure(String key) {
        AVDictionaryEntry entry = av_dict_get(measured.metadata(), key, null, 0);
        if (entry == null) {
            throw new IllegalStateException("FFmpeg's filters gave no " + key);
        }
        String text = entry.value().getString();
        return text.startsWith("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }

    @Override
    public void close() {
        av_frame_free(measured);
        avfilter_graph_free(graph);
    }
}
