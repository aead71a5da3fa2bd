package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Job;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.report.ComparedClip;
import io.jenkins.plugins.generatevideo.report.Comparison;
import io.jenkins.plugins.generatevideo.report.ComparisonAction;
import io.jenkins.plugins.generatevideo.report.FramePlots;
import io.jenkins.plugins.generatevideo.report.JudgedGate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.model.Jenkins;
import jenkins.util.BuildListenerAdapter;

/** The comparison of a build's clips with a baseline, from bringing both to the agent to the report in the archive. */
final class ComparisonTask implements ExecutorTask<Comparison> {
    private static final long serialVersionUID = 1L;

    private static final String JUNIT = "junit.xml";
    private static final long LARGEST_PICTURE = 64L << 20;
    private static final long LARGEST_VIDEO = 8L << 30;

    private final Baseline baseline;

    /** A file or a folder in the workspace; null for the build's archived clips. */
    private final String candidateFiles;

    /** The folder in the archives that the clips are in; null for the whole archive. */
    private final String clips;

    /** Options of the executor. */
    private final ArrayList<String> options;

    /** Earlier reports with their figures only, as {@link ComparisonHistory} writes them. */
    private final ArrayList<String> history;

    /** The folder of the report in the archive. */
    private final String output;

    ComparisonTask(
            Baseline baseline,
            String candidateFiles,
            String clips,
            List<String> options,
            List<String> history,
            String output) {
        this.baseline = baseline;
        this.candidateFiles = candidateFiles;
        this.clips = clips;
        this.options = new ArrayList<>(options);
        this.history = new ArrayList<>(history);
        this.output = output;
    }

    @Override
    public String label() {
        return Messages.CompareVideos_DisplayName();
    }

    @Override
    public List<String> prepare(BuildContext build, ExecutorPlace place) throws IOException, InterruptedException {
        FilePath folder = place.folder();
        FilePath first;
        if (baseline.files == null) {
            first = folder.child("baseline");
            ArchivedClips.of(baselineBuild(), clips).copyTo(first);
        } else {
            first = build.workspace().child(baseline.files);
        }
        FilePath second;
        if (candidateFiles == null) {
            second = folder.child("candidate");
            List<FilePath> copies = ArchivedClips.of(build.run(), clips).copyTo(second);
            if (baseline.files != null && first.exists() && !first.isDirectory()) {
                // One file is compared with one file, whatever they are called.
                if (copies.size() != 1) {
                    throw new AbortException(Messages.ComparisonTask_OneFile(baseline.files, copies.size()));
                }
                second = copies.get(0);
            }
        } else {
            second = build.workspace().child(candidateFiles);
        }
        List<String> arguments = new ArrayList<>(List.of("compare", "--progress=json"));
        arguments.addAll(options);
        for (int i = 0; i < history.size(); i++) {
            FilePath earlier = folder.child("history-" + i + ".json");
            earlier.write(history.get(i), StandardCharsets.UTF_8.name());
            arguments.add("--history=" + earlier.getRemote());
        }
        arguments.addAll(List.of("--output", place.output().getRemote(), "--", first.getRemote(), second.getRemote()));
        return arguments;
    }

    private Run<?, ?> baselineBuild() throws AbortException {
        // Whether it may be read was asked when the step began.
        Job<?, ?> job = Jenkins.get().getItemByFullName(baseline.job, Job.class);
        Run<?, ?> run = job == null ? null : job.getBuildByNumber(baseline.number);
        if (run == null) {
            throw new AbortException(Messages.BaselineBuilds_NoBuild(baseline.job, String.valueOf(baseline.number)));
        }
        return run;
    }

    @Override
    public boolean isDone(int exitCode) {
        return exitCode == ExitCode.DONE.value() || exitCode == ExitCode.BELOW_THRESHOLD.value();
    }

    @Override
    public Comparison takeIn(BuildContext build, FilePath results) throws IOException, InterruptedException {
        Comparison comparison = Comparison.of(
                output,
                baseline.label,
                baseline.job,
                baseline.number,
                read(results.child(Comparison.REPORT), Comparison.REPORT));
        Map<String, String> artifacts = new LinkedHashMap<>();
        for (String file : List.of(Comparison.REPORT, JUNIT)) {
            artifacts.put(output + "/" + file, file);
        }
        check(results.child(JUNIT), FramePlots.LARGEST_REPORT, JUNIT);
        for (String file : comparison.files()) {
            check(results.child(file), file.endsWith(".mp4") ? LARGEST_VIDEO : LARGEST_PICTURE, file);
            artifacts.put(output + "/" + file, file);
        }
        build.run()
                .pickArtifactManager()
                .archive(results, build.launcher(), BuildListenerAdapter.wrap(build.listener()), artifacts);
        // The junit step looks there.
        results.child(JUNIT).copyTo(build.workspace().child(output).child(JUNIT));
        ComparisonAction.add(build.run(), comparison);
        say(build, comparison);
        return comparison;
    }

    private void say(BuildContext build, Comparison comparison) {
        build.log(label() + ": " + comparison.getSummary());
        for (ComparedClip clip : comparison.getClips()) {
            build.log("  " + clip.getName() + ": " + clip.getVerdictWords() + "; " + clip.getSentence());
            for (JudgedGate gate : clip.getMissedGates()) {
                build.log("    " + gate.getWords());
            }
        }
    }

    private static String read(FilePath file, String name) throws IOException, InterruptedException {
        check(file, FramePlots.LARGEST_REPORT, name);
        try (InputStream in = file.read()) {
            return new String(in.readNBytes(FramePlots.LARGEST_REPORT), StandardCharsets.UTF_8);
        }
    }

    private static void check(FilePath file, long most, String name) throws IOException, InterruptedException {
        long length = file.length();
        if (length == 0 || length > most) {
            throw new AbortException(Messages.ExecutorRun_Incomplete(name));
        }
    }
}
