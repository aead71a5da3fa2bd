package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Node;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.util.BuildListenerAdapter;

/** The making of one clip, from the request to the clip in the archive. */
final class ClipTask implements ExecutorTask<Clip> {
    private static final long serialVersionUID = 1L;

    private static final List<String> FILES = List.of("clip.mp4", "clip.json", "poster.jpg", "contact-sheet.jpg");

    /** The manifest of a clip is some kilobytes long, however long its prompt is. */
    private static final long LARGEST_MANIFEST = 1 << 18;

    private final PlannedClip planned;
    private final boolean archived;

    ClipTask(PlannedClip planned, boolean archived) {
        this.planned = planned;
        this.archived = archived;
    }

    @Override
    public String label() {
        return planned.name.isEmpty()
                ? Messages.GenerateVideo_DisplayName()
                : Messages.GenerateVideo_DisplayName() + " " + planned.name;
    }

    @Override
    public String request() {
        return planned.requestJson;
    }

    @Override
    public List<String> javaOptions() {
        // The work is done by the networks; Java code that runs once is not worth the second compiler.
        return List.of("-XX:TieredStopAtLevel=1");
    }

    @Override
    public List<String> prepare(BuildContext build, FilePath folder, FilePath output) throws AbortException {
        Node node = build.node();
        List<String> arguments = new ArrayList<>(List.of(
                "generate",
                "--request",
                "-",
                "--output",
                output.getRemote(),
                "--progress",
                "json",
                "--limit",
                String.valueOf(GenerateVideoNodeProperty.generationsAtATime(node))));
        String library = GenerateVideoNodeProperty.engineLibrary(node);
        if (library != null) {
            arguments.addAll(List.of("--bundles", library));
        }
        return arguments;
    }

    @Override
    public Clip takeIn(BuildContext build, FilePath output) throws IOException, InterruptedException {
        for (String file : FILES) {
            if (output.child(file).length() == 0) {
                throw new AbortException(Messages.ExecutorRun_Incomplete(file));
            }
        }
        FilePath manifest = output.child("clip.json");
        if (manifest.length() > LARGEST_MANIFEST) {
            throw new AbortException(Messages.ExecutorRun_Incomplete("clip.json"));
        }
        Clip clip = new Clip(planned.name, planned.folder, archived, manifest.readToString());
        if (archived) {
            Map<String, String> artifacts = new LinkedHashMap<>();
            for (String file : FILES) {
                artifacts.put(planned.folder + "/" + file, file);
            }
            build.run()
                    .pickArtifactManager()
                    .archive(output, build.launcher(), BuildListenerAdapter.wrap(build.listener()), artifacts);
        } else {
            output.copyRecursiveTo(String.join(",", FILES), build.workspace().child(planned.folder));
        }
        new Fingerprinter(String.join(",", FILES))
                .perform(build.run(), output, build.env(), build.launcher(), build.listener());
        ClipsAction.add(build.run(), clip);
        build.log(Messages.ClipTask_Done(
                label(),
                clip.getPath(),
                clip.getFrames(),
                clip.getSeed(),
                Math.round(clip.getSeconds()),
                clip.getLatencyClass()));
        return clip;
    }
}
