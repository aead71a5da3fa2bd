package io.jenkins.plugins.generatevideo.executor.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The figures of earlier comparisons of one clip, so that a gate can go from what is usual. */
public final class History {
    /** No earlier comparison. */
    public static final History NONE = new History(Map.of());

    private final Map<String, List<Double>> values;

    private History(Map<String, List<Double>> values) {
        this.values = values;
    }

    /**
     * Reads the figures of one clip from earlier {@code comparison.json} files; a file that does not have the clip is
     * passed over.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if a file cannot be read
     */
    static History read(List<Path> files, String clip) throws ExecutorException {
        Map<String, List<Double>> values = new HashMap<>();
        for (Path file : files) {
            try {
                JsonNode root = new ObjectMapper().readTree(file.toFile());
                for (JsonNode node : root.path("clips")) {
                    if (node.path("name").asText().equals(clip)) {
                        node.path("figures").fields().forEachRemaining(figure -> values.computeIfAbsent(
                                        figure.getKey(), name -> new ArrayList<>())
                                .add(number(figure.getValue())));
                    }
                }
            } catch (IOException e) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "The earlier comparison \"" + file + "\" cannot be read (" + e.getMessage()
                                + "): give a comparison.json that this program wrote.",
                        e);
            }
        }
        return new History(values);
    }

    /** JSON has no infinity: the PSNR of equal frames stands there as a word. */
    private static double number(JsonNode node) {
        return node.isNumber() ? node.doubleValue() : Double.POSITIVE_INFINITY;
    }

    /** The median of the figure, or {@code NaN} if there is none. */
    double median(String figure) {
        double[] sorted = values.getOrDefault(figure, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double upper = sorted[sorted.length / 2];
        return sorted.length % 2 == 1 ? upper : (sorted[sorted.length / 2 - 1] + upper) / 2;
    }
}
