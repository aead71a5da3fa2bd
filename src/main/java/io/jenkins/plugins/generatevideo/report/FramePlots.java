package io.jenkins.plugins.generatevideo.report;

import hudson.model.Run;
import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.contract.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.util.VirtualFile;

/**
 * The metrics of a comparison frame by frame, from its report in the archive: too much for {@code build.xml}. Where the
 * archive is gone, there is nothing to be seen.
 */
public final class FramePlots {
    private static final Logger LOGGER = Logger.getLogger(FramePlots.class.getName());

    /** Ten minutes of a hundred clips take some tens of megabytes. */
    public static final int LARGEST_REPORT = 64 << 20;

    private final Map<String, ExecutorJson> frames = new HashMap<>();

    private FramePlots() {}

    static FramePlots read(Run<?, ?> run, Comparison comparison) {
        FramePlots plots = new FramePlots();
        if (comparison.getMissing() != null) {
            return plots;
        }
        VirtualFile file =
                run.getArtifactManager().root().child(comparison.getFolder()).child(Comparison.REPORT);
        try {
            if (file.isFile() && file.length() <= LARGEST_REPORT) {
                try (InputStream in = file.open()) {
                    String text = new String(in.readNBytes(LARGEST_REPORT), StandardCharsets.UTF_8);
                    for (ExecutorJson clip :
                            ExecutorJson.parse(text, Comparison.REPORT).objects("clips")) {
                        if (clip.has("frames")) {
                            plots.frames.put(clip.text("name"), clip.object("frames"));
                        }
                    }
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not read " + Comparison.REPORT + " of " + run);
        }
        return plots;
    }

    /** The lines of one clip, with the bounds of its gates; none, if there is nothing in the archive. */
    public List<Plot> of(ComparedClip clip) {
        ExecutorJson series = frames.get(clip.getName());
        List<Plot> plots = new ArrayList<>();
        for (Metric metric : series == null ? new Metric[0] : Metric.values()) {
            try {
                double[] values = series.figures(metric.key());
                if (values.length > 0) {
                    plots.add(new Plot(
                            ComparisonWords.metric(metric), values, metric.higherIsBetter(), limits(clip, metric)));
                }
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "No line of " + metric, e);
            }
        }
        return plots;
    }

    private static List<Double> limits(ComparedClip clip, Metric metric) {
        return clip.getGates().stream()
                .filter(gate -> gate.getFigure().startsWith(metric.key() + ".") && gate.limit() != null)
                .map(JudgedGate::limit)
                .distinct()
                .toList();
    }
}
