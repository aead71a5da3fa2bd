package io.jenkins.plugins.generatevideo.report;

import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.contract.Level;
import io.jenkins.plugins.generatevideo.contract.Verdict;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One comparison of a build, as the build remembers it. Saved in {@code build.xml} and, while a Pipeline runs, in its
 * program: plain fields only.
 */
public final class Comparison implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The name of the report in the comparison's folder. */
    public static final String REPORT = "comparison.json";

    /** The verdict of a comparison that had nothing to compare with, for scripts. */
    private static final String NO_BASELINE = "no baseline";

    private static final int MOST_CLIPS = 1000;

    private final String folder;
    private final String baseline;
    private final String baselineJob;
    private final int baselineNumber;
    private final Level level;
    private final String missing;
    private final List<ComparedClip> clips;

    private Comparison(
            String folder,
            String baseline,
            String baselineJob,
            int baselineNumber,
            Level level,
            String missing,
            List<ComparedClip> clips) {
        this.folder = folder;
        this.baseline = baseline;
        this.baselineJob = baselineJob;
        this.baselineNumber = baselineNumber;
        this.level = level;
        this.missing = missing;
        this.clips = clips;
    }

    /**
     * Reads and checks the report that came from an agent.
     *
     * @param folder of the report in the archive
     * @param baseline what the clips were compared with, for a reader
     * @param baselineJob the full name of the baseline's job, or null if it was no build
     * @param report the text of {@code comparison.json}
     * @throws IOException if the report is not what the executor writes
     */
    public static Comparison of(String folder, String baseline, String baselineJob, int baselineNumber, String report)
            throws IOException {
        ExecutorJson json = ExecutorJson.parse(report, REPORT);
        if (!json.text("schema").equals("generate-video/comparison/1")) {
            throw new IOException(REPORT + " has an unknown schema");
        }
        List<ExecutorJson> entries = json.objects("clips");
        if (entries.isEmpty() || entries.size() > MOST_CLIPS) {
            throw new IOException(REPORT + " has no clips or more than " + MOST_CLIPS);
        }
        List<ComparedClip> clips = new ArrayList<>();
        for (ExecutorJson entry : entries) {
            clips.add(new ComparedClip(entry));
        }
        Level level = clips.stream().map(ComparedClip::getLevel).reduce(Level.PASSED, Level::or);
        return new Comparison(folder, baseline, baselineJob, baselineNumber, level, null, clips);
    }

    /**
     * The comparison of a build that has nothing to compare with yet.
     *
     * @param missing what there is not, a sentence
     */
    public static Comparison withoutBaseline(String folder, Level level, String missing) {
        return new Comparison(folder, null, null, 0, level, missing, new ArrayList<>());
    }

    /** The folder of the report and the pictures in the archive. */
    public String getFolder() {
        return folder;
    }

    /** What the clips were compared with, for a reader; null if there was nothing. */
    public String getBaseline() {
        return baseline;
    }

    /** The full name of the baseline's job, or null if it was no build. */
    public String getBaselineJob() {
        return baselineJob;
    }

    public int getBaselineNumber() {
        return baselineNumber;
    }

    public Level getLevel() {
        return level;
    }

    public String getLevelWords() {
        return ComparisonWords.level(level);
    }

    /** Why there was no baseline, a sentence; null if there was one. */
    public String getMissing() {
        return missing;
    }

    public List<ComparedClip> getClips() {
        return clips;
    }

    /** The clips with what a person should look at first in front. */
    public List<ComparedClip> getClipsWorstFirst() {
        List<ComparedClip> sorted = new ArrayList<>(clips);
        sorted.sort(Comparator.comparing(ComparedClip::getLevel)
                .thenComparing(ComparedClip::getVerdict)
                .reversed());
        return sorted;
    }

    /** What it came to, in a sentence. */
    public String getSummary() {
        if (missing != null) {
            return missing;
        }
        long equal = clips.stream()
                .filter(clip -> clip.getVerdict() == Verdict.IDENTICAL)
                .count();
        long missed =
                clips.stream().filter(clip -> clip.getLevel() != Level.PASSED).count();
        return Messages.Comparison_Summary(clips.size(), baseline, missed, equal);
    }

    /** Every picture and video, relative to {@link #getFolder}. */
    public List<String> files() {
        return clips.stream().flatMap(clip -> clip.files().stream()).toList();
    }

    /** What a Pipeline script gets: {@code level}, {@code verdict}, {@code baseline}, {@code path} and {@code clips}. */
    public Map<String, Object> forScript() {
        Map<String, Object> byName = new LinkedHashMap<>();
        for (ComparedClip clip : clips) {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("verdict", clip.getVerdict().key());
            values.put("level", clip.getLevel().key());
            values.put("cause", clip.getCause());
            values.put("sentence", clip.getSentence());
            values.put("figures", new LinkedHashMap<>(clip.getFigures()));
            values.put(
                    "missedGates",
                    new ArrayList<>(clip.getMissedGates().stream()
                            .map(JudgedGate::getWords)
                            .toList()));
            byName.put(clip.getName(), values);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("level", level.key());
        values.put("verdict", verdict());
        values.put("baseline", baseline);
        values.put("path", folder);
        values.put("clips", byName);
        return values;
    }

    /** The verdict that matters most: what has changed, then what could not be compared. */
    private String verdict() {
        return List.of(Verdict.CHANGED, Verdict.NOT_COMPARED, Verdict.WITHIN_TOLERANCE, Verdict.IDENTICAL).stream()
                .filter(verdict -> clips.stream().anyMatch(clip -> clip.getVerdict() == verdict))
                .findFirst()
                .map(Verdict::key)
                .orElse(NO_BASELINE);
    }
}
