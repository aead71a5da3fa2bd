package io.jenkins.plugins.generatevideo.executor.compare;

import io.jenkins.plugins.generatevideo.contract.Gate;
import io.jenkins.plugins.generatevideo.contract.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * How clips are compared.
 *
 * @param metrics what is measured; PSNR and SSIM alone cost least
 * @param gates what the figures are held against
 * @param history earlier {@code comparison.json} files, for gates that go from them
 * @param pictures whether side-by-side video, worst frames and plot are made; the first two need {@link Metric#FLIP}
 */
public record CompareOptions(Set<Metric> metrics, List<Gate> gates, List<Path> history, boolean pictures) {
    public CompareOptions {
        if (metrics.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to measure");
        }
        metrics = Set.copyOf(metrics);
        gates = List.copyOf(gates);
        history = List.copyOf(history);
    }

    /** All metrics, the default gates, with pictures. */
    public static CompareOptions standard() {
        return new CompareOptions(Set.of(Metric.values()), Gate.defaults(), List.of(), true);
    }
}
