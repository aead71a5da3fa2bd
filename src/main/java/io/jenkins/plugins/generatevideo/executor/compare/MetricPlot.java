package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Metric;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.Png;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;

/** Draws the metrics over time, one below the other on a common time axis, with the gates' bounds and the events. */
final class MetricPlot {
    private static final int WIDTH = 960;
    private static final int ROW = 118;
    private static final int LEFT = 62;
    private static final int RIGHT = 16;
    private static final int TITLE = 34;
    private static final int AXIS = 34;
    private static final int ROW_TITLE = 20;
    private static final int ROW_GAP = 10;
    private static final int MOST_POINTS = 4000;
    /** The PSNR drawn for frames that are equal: beyond it nobody sees anything. */
    private static final double HIGHEST_PSNR = 60;

    private static final Color INK = new Color(0x202124);
    private static final Color FAINT = new Color(0xdadce0);
    private static final Color GREY = new Color(0x5f6368);
    private static final Color LINE = new Color(0x1a73e8);
    private static final Color SECOND_LINE = new Color(0xe8710a);
    private static final Color UNSTABLE = new Color(0xb06000);
    private static final Color FAILED = new Color(0xc5221f);
    private static final Color EVENT = new Color(0x9334e6);
    private static final Stroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 4}, 0);

    private final ClipComparison comparison;
    private final double end;
    private Graphics2D graphics;

    private MetricPlot(ClipComparison comparison) {
        this.comparison = comparison;
        List<Double> seconds = comparison.seconds();
        double last = seconds.get(seconds.size() - 1);
        end = last > 0 ? last : 1;
    }

    static void write(Path file, ClipComparison comparison) throws ExecutorException {
        Png.write(file, new MetricPlot(comparison).draw());
    }

    private record Curve(Color colour, IntToDoubleFunction value) {}

    private BufferedImage draw() {
        int rows = comparison.series().size() + 1;
        BufferedImage image =
                new BufferedImage(WIDTH, TITLE + rows * (ROW + ROW_GAP) + AXIS, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
            font(Font.BOLD, 15);
            text(comparison.pair().name() + ": " + comparison.verdict().key(), LEFT, 22, INK);
            int y = TITLE;
            for (MetricSeries series : comparison.series()) {
                boolean psnr = series.metric() == Metric.PSNR;
                IntToDoubleFunction value = psnr ? i -> Math.min(HIGHEST_PSNR, series.value(i)) : series::value;
                row(y, rowTitle(series), List.of(new Curve(LINE, value)), gatesOf(series.metric()));
                y += ROW + ROW_GAP;
            }
            row(y, "Motion (levels of 255): baseline blue, candidate orange", motion(), List.of());
            timeAxis(y + ROW + ROW_GAP);
            events();
        } finally {
            graphics.dispose();
        }
        return image;
    }

    private List<Curve> motion() {
        return List.of(
                new Curve(LINE, comparison.baseline().motion()::get),
                new Curve(SECOND_LINE, comparison.candidate().motion()::get));
    }

    private static String rowTitle(MetricSeries series) {
        return String.format(
                Locale.ROOT,
                "%s: mean %s, worst %s",
                series.metric().title().replace("ꟻ", "F"),
                number(series.mean()),
                number(series.worst()));
    }

    private List<GateResult> gatesOf(Metric metric) {
        return comparison.gates().stream()
                .filter(result ->
                        result.gate().figure().startsWith(metric.key() + ".") && !Double.isNaN(result.limit()))
                .toList();
    }

    private void row(int top, String title, List<Curve> curves, List<GateResult> gates) {
        int count = comparison.seconds().size();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Curve curve : curves) {
            for (int i = 0; i < count; i++) {
                low = Math.min(low, curve.value.applyAsDouble(i));
                high = Math.max(high, curve.value.applyAsDouble(i));
            }
        }
        for (GateResult result : gates) {
            low = Math.min(low, result.limit());
            high = Math.max(high, result.limit());
        }
        double margin = high > low ? 0.06 * (high - low) : 0.5 * Math.max(1e-3, Math.abs(high));
        // No metric goes below nothing.
        low = low >= 0 ? Math.max(0, low - margin) : low - margin;
        high += margin;
        int from = top + ROW_TITLE;
        int height = ROW - ROW_TITLE;
        font(Font.PLAIN, 12);
        text(title, LEFT, top + 13, INK);
        graphics.setColor(FAINT);
        graphics.drawRect(LEFT, from, WIDTH - LEFT - RIGHT, height);
        text(number(high), 6, from + 11, GREY);
        text(number(low), 6, from + height, GREY);
        for (GateResult result : gates) {
            graphics.setColor(result.gate().level() == Level.FAILED ? FAILED : UNSTABLE);
            graphics.setStroke(DASHED);
            double y = from + height * (high - result.limit()) / (high - low);
            graphics.draw(new Line2D.Double(LEFT, y, WIDTH - RIGHT, y));
        }
        graphics.setStroke(new BasicStroke(1.6f));
        for (Curve curve : curves) {
            graphics.setColor(curve.colour);
            graphics.draw(path(curve.value, count, from, height, low, high));
        }
        graphics.setStroke(new BasicStroke(1));
    }

    /** A long video has more frames than the picture has columns: of neighbours the highest and the lowest are drawn. */
    private Path2D path(IntToDoubleFunction value, int count, int from, int height, double low, double high) {
        int step = Math.max(1, count / MOST_POINTS);
        Path2D path = new Path2D.Double();
        for (int i = 0; i < count; i += step) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            for (int j = i; j < Math.min(count, i + step); j++) {
                least = Math.min(least, value.applyAsDouble(j));
                most = Math.max(most, value.applyAsDouble(j));
            }
            for (double level : step == 1 ? new double[] {least} : new double[] {least, most}) {
                double x = x(comparison.seconds().get(i));
                double y = from + height * (high - level) / (high - low);
                if (path.getCurrentPoint() == null) {
                    path.moveTo(x, y);
                } else {
                    path.lineTo(x, y);
                }
            }
        }
        return path;
    }

    private double x(double seconds) {
        return LEFT + (WIDTH - LEFT - RIGHT) * Math.min(1, seconds / end);
    }

    private void timeAxis(int y) {
        font(Font.PLAIN, 12);
        double step = Math.pow(10, Math.floor(Math.log10(end)));
        step = end / step < 2 ? step / 5 : end / step < 5 ? step / 2 : step;
        for (double at = 0; at <= end + 1e-9; at += step) {
            text(String.format(Locale.ROOT, "%.4g s", at).replaceAll("\\.?0+ s", " s"), (int) x(at) - 8, y + 8, GREY);
        }
    }

    private void events() {
        List<String> seen = new ArrayList<>();
        int bottom = TITLE + (comparison.series().size() + 1) * (ROW + ROW_GAP);
        graphics.setStroke(DASHED);
        for (ClipComparison.Event event : comparison.events()) {
            graphics.setColor(EVENT);
            graphics.draw(new Line2D.Double(x(event.seconds()), TITLE, x(event.seconds()), bottom));
            seen.add(event.sentence());
        }
        if (!seen.isEmpty()) {
            text(
                    seen.get(0) + (seen.size() > 1 ? " (and " + (seen.size() - 1) + " more)" : ""),
                    LEFT,
                    bottom + 26,
                    EVENT);
        }
    }

    private void font(int style, int size) {
        graphics.setFont(new Font(Font.SANS_SERIF, style, size));
    }

    private void text(String text, int x, int y, Color colour) {
        graphics.setColor(colour);
        graphics.drawString(text, x, y);
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "∞" : value == 0 ? "0" : String.format(Locale.ROOT, "%.4g", value);
    }
}
