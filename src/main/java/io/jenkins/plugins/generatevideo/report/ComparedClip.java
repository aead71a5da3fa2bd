package io.jenkins.plugins.generatevideo.report;

import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.contract.ComparisonFigure;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What came out for one clip of a comparison, as the build remembers it. Saved in {@code build.xml}: plain fields only.
 * What the metrics were frame by frame stays in the archived {@code comparison.json}.
 */
public final class ComparedClip implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final int LONGEST_NAME = 300;
    private static final int LONGEST_VALUE = 500;
    private static final int MOST_ENTRIES = 200;

    private static final String SIDE_BY_SIDE = "side-by-side.mp4";
    private static final String PLOT = "metrics.png";
    private static final Pattern WORST = Pattern.compile("worst-[1-9]\\.png");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Pattern FRAME_RATE = Pattern.compile("[0-9]{1,9}(/[0-9]{1,9})?");

    private final String name;
    private final Verdict verdict;
    private final Level level;
    private final String problem;
    private final String cause;
    private final String sentence;
    private final long frames;
    private final String fps;
    private final boolean inFolder;
    private final boolean sideBySide;
    private final boolean plotted;
    private final List<String> worst;
    private final List<ManifestChange> changes;
    private final List<ClipEvent> events;
    private final List<JudgedGate> gates;
    private final Map<String, Double> figures;

    /**
     * Reads and checks an entry of {@code comparison.json}.
     *
     * @throws IOException if it is not what the executor writes
     */
    ComparedClip(ExecutorJson json) throws IOException {
        name = relativePath(json.text("name"));
        verdict = constant(Verdict.values(), Verdict::key, json.text("verdict"));
        level = constant(Level.values(), Level::key, json.text("level"));
        problem = json.has("problem") ? json.text("problem") : null;
        changes = new ArrayList<>();
        events = new ArrayList<>();
        gates = new ArrayList<>();
        figures = new LinkedHashMap<>();
        if (problem != null) {
            cause = "unknown";
            sentence = problem;
            frames = 0;
            fps = "1";
            inFolder = false;
            sideBySide = false;
            plotted = false;
            worst = new ArrayList<>();
            return;
        }
        ExecutorJson explanation = json.object("explanation");
        cause = explanation.text("cause");
        sentence = explanation.text("sentence");
        for (ExecutorJson change : few(explanation.objects("changes"))) {
            changes.add(new ManifestChange(
                    shortened(change.text("field")), value(change, "baseline"), value(change, "candidate")));
        }
        for (ExecutorJson event : few(json.objects("events"))) {
            events.add(new ClipEvent(event.number("seconds"), event.text("kind"), event.text("sentence")));
        }
        for (ExecutorJson gate : few(json.objects("gates"))) {
            gates.add(new JudgedGate(gate));
        }
        ExecutorJson measured = json.object("figures");
        for (String figure : ComparisonFigure.names()) {
            if (measured.has(figure)) {
                figures.put(figure, measured.figure(figure));
            }
        }
        ExecutorJson candidate = json.object("candidate");
        frames = Math.min(json.object("baseline").wholeNumber("frames"), candidate.wholeNumber("frames"));
        fps = candidate.text("fps");
        if (!FRAME_RATE.matcher(fps).matches()) {
            throw new IOException("comparison.json has no frame rate of " + name);
        }
        ExecutorJson files = json.object("files");
        List<String> videos = files.texts("sideBySide");
        List<String> plots = files.texts("plot");
        worst = new ArrayList<>();
        inFolder = !videos.isEmpty() && videos.get(0).contains("/")
                || !plots.isEmpty() && plots.get(0).contains("/");
        for (String file : files.texts("worst")) {
            String own = own(file);
            if (!WORST.matcher(own).matches()) {
                throw new IOException("comparison.json names the file " + file);
            }
            worst.add(own);
        }
        sideBySide = has(videos, SIDE_BY_SIDE);
        plotted = has(plots, PLOT);
    }

    public String getName() {
        return name;
    }

    public Verdict getVerdict() {
        return verdict;
    }

    public Level getLevel() {
        return level;
    }

    public String getLevelWords() {
        return ComparisonWords.level(level);
    }

    /** The verdict in the reader's language. */
    public String getVerdictWords() {
        return ComparisonWords.verdict(verdict);
    }

    /** What explains the difference, in the reader's language; what is wrong, if it could not be compared. */
    public String getWhy() {
        return problem == null ? ComparisonWords.cause(cause) : problem;
    }

    /** A figure for a table; a dash, if it was not measured. */
    public String figure(String figure) {
        Double value = figures.get(figure);
        return value == null ? "–" : ComparisonWords.number(value);
    }

    /** Why it could not be compared, in the executor's words; null if it was. */
    public String getProblem() {
        return problem;
    }

    /** What explains the difference, by the executor's word for it, for example {@code request}. */
    public String getCause() {
        return cause;
    }

    /** The same in the executor's words. */
    public String getSentence() {
        return sentence;
    }

    /** Pairs of frames, as far as the shorter clip goes. */
    public long getFrames() {
        return frames;
    }

    /** Frames a second: a whole number or a fraction such as {@code 24000/1001}. */
    public String getFps() {
        return fps;
    }

    public List<ManifestChange> getChanges() {
        return changes;
    }

    public List<ClipEvent> getEvents() {
        return events;
    }

    public List<JudgedGate> getGates() {
        return gates;
    }

    /** The gates that are not passed. */
    public List<JudgedGate> getMissedGates() {
        return gates.stream().filter(gate -> !gate.isPassed()).toList();
    }

    /** By the names of {@link ComparisonFigure}; what was not measured is missing. */
    public Map<String, Double> getFigures() {
        return figures;
    }

    /** The video of both clips and their difference, relative to the comparison's folder; null if there is none. */
    public String getSideBySide() {
        return sideBySide ? placed(SIDE_BY_SIDE) : null;
    }

    /** The picture of the metrics over time, likewise. */
    public String getPlot() {
        return plotted ? placed(PLOT) : null;
    }

    /** The frames that differ most, the worst first, likewise. */
    public List<String> getWorst() {
        return worst.stream().map(this::placed).toList();
    }

    /** Every picture and video, relative to the comparison's folder. */
    List<String> files() {
        List<String> files = new ArrayList<>(getWorst());
        if (sideBySide) {
            files.add(getSideBySide());
        }
        if (plotted) {
            files.add(getPlot());
        }
        return files;
    }

    private String placed(String file) {
        return inFolder ? name + "/" + file : file;
    }

    private boolean has(List<String> files, String expected) throws IOException {
        for (String file : files) {
            if (!own(file).equals(expected)) {
                throw new IOException("comparison.json names the file " + file);
            }
        }
        return !files.isEmpty();
    }

    /** The file's name without the clip's folder, in which it must be. */
    private String own(String file) throws IOException {
        if (!inFolder) {
            return file;
        }
        if (!file.startsWith(name + "/")) {
            throw new IOException("comparison.json names a file outside of its folder: " + file);
        }
        return file.substring(name.length() + 1);
    }

    private static String relativePath(String path) throws IOException {
        boolean sound = !path.isEmpty()
                && path.length() <= LONGEST_NAME
                && path.indexOf('\\') < 0
                && !CONTROL.matcher(path).find()
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(part -> part.isBlank() || part.equals(".") || part.equals(".."));
        if (!sound) {
            throw new IOException("comparison.json names a clip as no clip can be named");
        }
        return path;
    }

    private static <E> E constant(E[] values, Function<E, String> key, String name) throws IOException {
        for (E value : values) {
            if (key.apply(value).equals(name)) {
                return value;
            }
        }
        throw new IOException("comparison.json has the unknown word " + shortened(name));
    }

    private static List<ExecutorJson> few(List<ExecutorJson> entries) {
        return entries.subList(0, Math.min(MOST_ENTRIES, entries.size()));
    }

    private static String value(ExecutorJson json, String side) throws IOException {
        return json.has(side) ? shortened(json.text(side)) : null;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }
}
