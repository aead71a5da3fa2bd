package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import hudson.console.HyperlinkNote;
import hudson.model.Node;
import io.jenkins.plugins.generatevideo.agent.Delivery;
import io.jenkins.plugins.generatevideo.agent.RequestJson;
import io.jenkins.plugins.generatevideo.config.Degradation;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import io.jenkins.plugins.generatevideo.contract.Degraded;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jenkins.util.BuildListenerAdapter;

/** The making of one clip, from the request to the clip in the archive. */
final class ClipTask implements ExecutorTask<Clip> {
    private static final long serialVersionUID = 1L;

    private static final String MANIFEST = "clip.json";
    private static final List<String> FILES = List.of("clip.mp4", MANIFEST, "poster.jpg", "contact-sheet.jpg");

    /** The manifest of a clip is some kilobytes long, however long its prompt is. */
    private static final long LARGEST_MANIFEST = 1 << 18;

    /** How the executor names the files of scene templates. */
    static final String TEMPLATE_SUFFIX = ".template";

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
    public String request(BuildContext build, ExecutorPlace place) throws IOException, InterruptedException {
        String request = inMode(build);
        if (planned.template != null) {
            request = RequestJson.with(request, "template", template(build));
        }
        return planned.artifact == null
                ? request
                : RequestJson.with(request, "bundle", planned.artifact.bring(build, place));
    }

    /** The request in its mode, or in a quicker one while many builds wait. */
    private String inMode(BuildContext build) throws AbortException {
        Degradation rule = GenerateVideoConfiguration.get().getDegradation();
        if (rule != null && !planned.isFinal) {
            Optional<Degraded> degraded = rule.of(planned.mode, build.node());
            if (degraded.isPresent()) {
                build.log(label() + ": " + degraded.get().why());
                return RequestJson.in(planned.requestJson, rule.getTo(), degraded.get());
            }
        }
        return RequestJson.in(planned.requestJson, planned.mode, null);
    }

    /** A template's file lies in the workspace. */
    private String template(BuildContext build) {
        return planned.template.endsWith(TEMPLATE_SUFFIX)
                ? build.workspace().child(planned.template).getRemote()
                : planned.template;
    }

    @Override
    public List<String> javaOptions() {
        // The work is done by the networks; Java code that runs once is not worth the second compiler.
        return List.of("-XX:TieredStopAtLevel=1");
    }

    @Override
    public List<String> prepare(BuildContext build, ExecutorPlace place) throws AbortException {
        Node node = build.node();
        List<String> arguments = new ArrayList<>(List.of(
                "generate",
                "--request",
                "-",
                "--output",
                place.output().getRemote(),
                "--progress",
                "json",
                "--limit",
                String.valueOf(GenerateVideoNodeProperty.generationsAtATime(node)),
                "--cache-limit",
                String.valueOf(GenerateVideoNodeProperty.resultCacheMegabytes(node))));
        if (planned.saveTemplate != null) {
            arguments.addAll(List.of("--save-template", planned.saveTemplate));
        }
        String library = GenerateVideoNodeProperty.engineLibrary(node);
        if (library != null) {
            arguments.addAll(List.of("--bundles", library));
        }
        return arguments;
    }

    @Override
    public Clip takeIn(BuildContext build, FilePath output) throws IOException, InterruptedException {
        Delivery delivery = Delivery.in(output, files(), MANIFEST, LARGEST_MANIFEST);
        for (String file : files()) {
            if (!delivery.digests().containsKey(file)) {
                throw new AbortException(Messages.ExecutorRun_Incomplete(file));
            }
        }
        if (delivery.text() == null) {
            throw new AbortException(Messages.ExecutorRun_Incomplete(MANIFEST));
        }
        Clip clip = new Clip(planned.name, planned.folder, archived, planned.bundle, delivery.text());
        if (archived) {
            archive(build, output);
        } else {
            copy(output, inWorkspace(build));
        }
        Fingerprints.record(build.run(), planned.folder, delivery.digests());
        ClipsAction.add(build.run(), clip);
        build.log(Messages.ClipTask_Done(
                label(),
                archived
                        ? HyperlinkNote.encodeTo("/" + build.run().getUrl() + ClipsAction.address(clip), clip.getPath())
                        : clip.getPath(),
                clip.getFrames(),
                // As text: a number would be grouped, and could not be typed again.
                String.valueOf(clip.getSeed()),
                Math.round(clip.getSeconds()),
                clip.getLatencyClass()));
        if (clip.isReused()) {
            build.log(Messages.ClipTask_Reused(label()));
        }
        return clip;
    }

    /** Gives the files to the store of the build's artifacts; what it refuses is kept in the workspace. */
    private void archive(BuildContext build, FilePath output) throws IOException, InterruptedException {
        Map<String, String> artifacts = new LinkedHashMap<>();
        for (String file : files()) {
            artifacts.put(planned.folder + "/" + file, file);
        }
        try {
            build.run()
                    .pickArtifactManager()
                    .archive(output, build.launcher(), BuildListenerAdapter.wrap(build.listener()), artifacts);
        } catch (IOException | RuntimeException refused) {
            FilePath kept = inWorkspace(build);
            try {
                copy(output, kept);
            } catch (IOException e) {
                // The agent is away too: when it is back, all of it is tried again.
                refused.addSuppressed(e);
                throw refused;
            }
            AbortException failed =
                    new AbortException(Messages.ClipTask_NotArchived(kept.getRemote(), refused.getMessage()));
            failed.initCause(refused);
            throw failed;
        }
    }

    private List<String> files() {
        List<String> files = new ArrayList<>(FILES);
        if (planned.saveTemplate != null) {
            files.add(planned.saveTemplate + TEMPLATE_SUFFIX);
        }
        return files;
    }

    private FilePath inWorkspace(BuildContext build) {
        return build.workspace().child(planned.folder);
    }

    private void copy(FilePath output, FilePath folder) throws IOException, InterruptedException {
        output.copyRecursiveTo(String.join(",", files()), folder);
    }
}
