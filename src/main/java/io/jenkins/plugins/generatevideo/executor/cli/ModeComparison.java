package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.LatencyClass;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.ClipDecoder;
import io.jenkins.plugins.generatevideo.executor.video.UnfinishedFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The same clip in several modes, as a table. Times are without starting and loading, which come once for all modes; the
 * latency class is that of these times.
 */
record ModeComparison(List<Row> rows) {
    static final String TABLE = "modes.csv";
    static final String PLOT = "modes.png";
    private static final String HEADER =
            "mode,steps,networkEvaluations,seconds,loadSeconds,millisecondsPerFrame,realTimeFactor,latencyClass,ratio,psnr";

    /**
     * One mode.
     *
     * @param clip its video
     * @param seconds from the prompt to the video, everything loaded
     * @param psnr to the first mode's clip over all frames, in dB; infinite for the same frames, NaN for another size
     */
    record Row(ClipManifest manifest, Path clip, double seconds, double psnr) {
        String mode() {
            return manifest.request().mode();
        }

        double millisecondsPerFrame() {
            return seconds * 1000 / manifest.clip().frames();
        }

        double realTimeFactor() {
            return seconds / manifest.clip().durationSeconds();
        }

        String latencyClass() {
            return LatencyClass.of(millisecondsPerFrame(), realTimeFactor()).label();
        }

        /** For example {@code 37.1 dB}. */
        String nearness() {
            return Double.isNaN(psnr)
                    ? "another size"
                    : Double.isInfinite(psnr) ? "the same" : String.format(Locale.ROOT, "%.1f dB", psnr);
        }
    }

    /**
     * @param manifests one for each mode, the yardstick first
     * @param clips their videos
     */
    static ModeComparison of(List<ClipManifest> manifests, List<Path> clips) throws ExecutorException {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < manifests.size(); i++) {
            ClipManifest.Timings timings = manifests.get(i).timings();
            double seconds = timings.textEncoderSeconds()
                    + timings.denoiseSeconds()
                    + timings.decodeSeconds()
                    + timings.encodeSeconds();
            rows.add(new Row(manifests.get(i), clips.get(i), seconds, psnr(clips.get(0), clips.get(i))));
        }
        return new ModeComparison(List.copyOf(rows));
    }

    /** How many times quicker a mode is than the first. */
    double ratio(Row row) {
        return rows.get(0).seconds() / row.seconds();
    }

    private static double psnr(Path one, Path other) throws ExecutorException {
        long squares = 0;
        long values = 0;
        try (ClipDecoder a = new ClipDecoder(one);
                ClipDecoder b = new ClipDecoder(other)) {
            if (a.width() != b.width() || a.height() != b.height()) {
                return Double.NaN;
            }
            while (a.next() && b.next()) {
                byte[] first = a.rgb24();
                byte[] second = b.rgb24();
                for (int i = 0; i < first.length; i++) {
                    int apart = (first[i] & 0xff) - (second[i] & 0xff);
                    squares += (long) apart * apart;
                }
                values += first.length;
            }
        }
        return squares == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(255.0 * 255 * values / squares);
    }

    /** Writes the table as comma-separated values. */
    void write(Path file) throws ExecutorException {
        StringBuilder csv = new StringBuilder(HEADER).append('\n');
        for (Row row : rows) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%d,%d,%.3f,%.3f,%.1f,%.2f,%s,%.2f,%s%n",
                    row.mode(),
                    row.manifest().steps(),
                    row.manifest().networkEvaluations(),
                    row.seconds(),
                    row.manifest().timings().loadSeconds(),
                    row.millisecondsPerFrame(),
                    row.realTimeFactor(),
                    row.latencyClass(),
                    ratio(row),
                    Double.isFinite(row.psnr()) ? String.format(Locale.ROOT, "%.2f", row.psnr()) : ""));
        }
        byte[] bytes = csv.toString().getBytes(StandardCharsets.UTF_8);
        UnfinishedFile.write(file.toAbsolutePath(), stream -> stream.write(bytes));
    }

    /** The table for a person's eye. */
    String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-10s %6s %12s %9s %7s %13s  %-15s %s%n",
                "mode",
                "steps",
                "evaluations",
                "seconds",
                "ratio",
                "ms a frame",
                "latency class",
                "PSNR to the first"));
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-10s %6d %12d %9.2f %7.1f %13.1f  %-15s %s%n",
                    row.mode(),
                    row.manifest().steps(),
                    row.manifest().networkEvaluations(),
                    row.seconds(),
                    ratio(row),
                    row.millisecondsPerFrame(),
                    row.latencyClass(),
                    row.nearness()));
        }
        return text.toString().stripTrailing();
    }
}
