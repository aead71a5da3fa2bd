package io.jenkins.plugins.generatevideo.executor.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.video.UnfinishedFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** Writes {@code comparison.json}, schema {@code generate-video/comparison/1}; docs/compare.md describes it. */
final class ComparisonReport {
    static final String SCHEMA = "generate-video/comparison/1";
    /** JSON has no infinity; the PSNR of equal frames is this word. */
    private static final String INFINITE = "infinite";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ComparisonReport() {}

    static void write(Path file, VideoComparison.Result result) throws ExecutorException {
        ObjectNode root = NODES.objectNode();
        root.put("schema", SCHEMA);
        root.put("level", result.level().key());
        ArrayNode clips = root.putArray("clips");
        result.clips().forEach(clip -> clips.add(clip(clip)));
        ObjectMapper mapper = new ObjectMapper();
        UnfinishedFile.write(
                file.toAbsolutePath(),
                stream -> stream.write(mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root)));
    }

    private static ObjectNode clip(ClipComparison clip) {
        ObjectNode node = NODES.objectNode();
        node.put("name", clip.pair().name());
        node.put("verdict", clip.verdict().key());
        node.put("level", clip.level().key());
        if (clip.problem() != null) {
            return node.put("problem", clip.problem());
        }
        node.set("baseline", side(clip.baseline()));
        node.set("candidate", side(clip.candidate()));
        node.set("explanation", explanation(clip.explanation()));
        ObjectNode figures = node.putObject("figures");
        for (String name : ComparisonFigure.names()) {
            double value = clip.figures().get(name);
            if (!Double.isNaN(value)) {
                put(figures, name, value);
            }
        }
        ArrayNode gates = node.putArray("gates");
        clip.gates().forEach(gate -> gates.add(gate(gate)));
        ArrayNode events = node.putArray("events");
        for (ClipComparison.Event event : clip.events()) {
            events.addObject()
                    .put("seconds", rounded(event.seconds()))
                    .put("kind", event.kind())
                    .put("sentence", event.sentence());
        }
        ObjectNode files = node.putObject("files");
        clip.files().forEach((shown, names) -> names.forEach(files.withArray(shown)::add));
        node.set("frames", frames(clip));
        return node;
    }

    private static ObjectNode side(ClipComparison.Side side) {
        ObjectNode node = NODES.objectNode();
        node.put("file", side.file().toString());
        node.put("width", side.width());
        node.put("height", side.height());
        node.put("fps", side.frameRate());
        node.put("frames", side.frames());
        node.put("codec", side.codec());
        node.set("sceneCuts", numbers(side.sceneCuts()));
        return node;
    }

    private static ObjectNode explanation(Explanation explanation) {
        ObjectNode node = NODES.objectNode();
        node.put("cause", explanation.cause().key());
        node.put("sentence", explanation.sentence());
        ArrayNode changes = node.putArray("changes");
        for (Explanation.Change change : explanation.changes()) {
            changes.addObject()
                    .put("field", change.field())
                    .put("baseline", change.baseline())
                    .put("candidate", change.candidate());
        }
        return node;
    }

    private static ObjectNode gate(GateResult result) {
        ObjectNode node = NODES.objectNode();
        node.put("figure", result.gate().figure());
        node.put("bound", result.gate().atLeast() ? "at least" : "at most");
        put(node, "limit", result.limit());
        put(node, "value", result.value());
        node.put("level", result.gate().level().key());
        node.put("passed", result.passed());
        return node;
    }

    /** One array for each metric, one entry for each pair of frames. */
    private static ObjectNode frames(ClipComparison clip) {
        ObjectNode node = NODES.objectNode();
        node.set("seconds", numbers(clip.seconds()));
        for (MetricSeries series : clip.series()) {
            ArrayNode values = node.putArray(series.metric().key());
            for (int i = 0; i < series.size(); i++) {
                double value = series.value(i);
                if (Double.isInfinite(value)) {
                    values.add(INFINITE);
                } else {
                    values.add(rounded(value));
                }
            }
        }
        node.set("baselineMotion", numbers(clip.baseline().motion()));
        node.set("candidateMotion", numbers(clip.candidate().motion()));
        return node;
    }

    private static ArrayNode numbers(Collection<Double> values) {
        ArrayNode array = NODES.arrayNode();
        List.copyOf(values).forEach(value -> array.add(rounded(value)));
        return array;
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isInfinite(value)) {
            node.put(name, INFINITE);
        } else if (Double.isNaN(value)) {
            node.putNull(name);
        } else {
            node.put(name, rounded(value));
        }
    }

    /** Six digits after the point, as FFmpeg's filters give: more would be noise. */
    private static double rounded(double value) {
        return Math.rint(value * 1e6) / 1e6;
    }
}
