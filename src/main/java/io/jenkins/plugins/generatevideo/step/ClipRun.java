package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Node;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.generatevideo.agent.ControlDirectory;
import io.jenkins.plugins.generatevideo.agent.ExecutorCache;
import io.jenkins.plugins.generatevideo.agent.ExecutorCommand;
import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.agent.ExecutorPackage;
import io.jenkins.plugins.generatevideo.agent.Observation;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import io.jenkins.plugins.generatevideo.contract.Progress;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jenkins.util.BuildListenerAdapter;

/**
 * The making of one clip on an agent, from bringing the executor there to the clip in the archive. What is saved is enough
 * to find the process again after a restart.
 */
final class ClipRun implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final List<String> FILES = List.of("clip.mp4", "clip.json", "poster.jpg", "contact-sheet.jpg");

    /** The manifest of a clip is some kilobytes long, however long its prompt is. */
    private static final long LARGEST_MANIFEST = 1 << 18;

    /** The log says so often how far a clip is. */
    private static final long LOG_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);

    /** The process gives a sign of life every second; after so long a silence it is gone. */
    private static final long LOST_MILLISECONDS = TimeUnit.SECONDS.toMillis(60);

    private final PlannedClip planned;
    private final boolean archived;
    private final ControlDirectory control;

    private transient Progress progress;
    private transient String lastMessage;
    private transient long logged;
    private transient long firstLook;

    private ClipRun(PlannedClip planned, boolean archived, ControlDirectory control) {
        this.planned = planned;
        this.archived = archived;
        this.control = control;
    }

    static ClipRun beside(FilePath workspace, PlannedClip planned, boolean archived) throws AbortException {
        return new ClipRun(planned, archived, ControlDirectory.beside(workspace));
    }

    /** Brings the executor to the agent and starts it in the background. */
    void launch(BuildContext build) throws IOException, InterruptedException {
        Node node = build.node();
        if (!build.launcher().isUnix()) {
            throw new AbortException(Messages.ClipRun_NotUnix());
        }
        FilePath installed = new ExecutorCache(
                        build.root(), GenerateVideoConfiguration.get().getCacheDays())
                .install(ExtensionList.lookupSingleton(ExecutorPackage.class), build.listener());
        control.prepare(build.channel(), planned.requestJson);
        List<String> arguments = new ArrayList<>(List.of(
                "generate",
                "--request",
                "-",
                "--output",
                control.output(build.channel()).getRemote(),
                "--progress",
                "json",
                "--limit",
                String.valueOf(GenerateVideoNodeProperty.generationsAtATime(node))));
        String library = GenerateVideoNodeProperty.engineLibrary(node);
        if (library != null) {
            arguments.addAll(List.of("--bundles", library));
        }
        ExecutorCommand executor = ExecutorCommand.of(installed);
        EnvVars environment = new EnvVars(build.env());
        environment.putAll(executor.environment(build.env()));
        control.launch(build.launcher(), build.workspace(), environment, executor.with(arguments), build.listener());
    }

    /** Whether the process has ever begun, which after a restart of the controller may be unknown. */
    boolean hasStarted(BuildContext build) throws IOException, InterruptedException {
        Observation seen = control.observe(build.channel());
        return seen != null && seen.started();
    }

    /**
     * Looks once how far the clip is, passes on what there is to say, and takes the clip in when it is finished.
     *
     * @return the clip in its place, or null while it is being made
     * @throws AbortException if it cannot be made, with the reason
     */
    Clip poll(BuildContext build) throws IOException, InterruptedException {
        Observation seen = control.observe(build.channel());
        if (seen == null) {
            throw new AbortException(Messages.ClipRun_Lost());
        }
        passOn(build, seen);
        if (seen.exitCode() == null) {
            if (firstLook == 0) {
                firstLook = System.nanoTime();
            }
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - firstLook);
            if (seen.started() ? seen.silentMilliseconds() > LOST_MILLISECONDS : waited > LOST_MILLISECONDS) {
                throw new AbortException(Messages.ClipRun_Lost());
            }
            return null;
        }
        if (seen.exitCode() != 0) {
            throw new AbortException(
                    lastMessage == null
                            ? Messages.ClipRun_Failed(seen.exitCode())
                            : Messages.ClipRun_FailedBecause(seen.exitCode(), lastMessage));
        }
        return takeIn(build);
    }

    /** How far the clip is, for whoever asks; without asking the agent. */
    String status() {
        Progress latest = progress;
        return latest == null
                ? Messages.ClipRun_Starting()
                : Messages.ClipRun_Progress(label(), latest.stage().label(), latest.step(), latest.steps());
    }

    /** Tells the process to end. */
    void stop(BuildContext build) throws IOException, InterruptedException {
        control.stop(build.channel(), build.launcher());
    }

    /** Removes what the run has left on the agent; if it cannot, the log says so, and no more. */
    void discard(BuildContext build) throws InterruptedException {
        try {
            control.delete(build.channel());
        } catch (IOException e) {
            build.log(Messages.ClipRun_NotRemoved(String.valueOf(e.getMessage())));
        }
    }

    private void passOn(BuildContext build, Observation seen) {
        String output = control.output(build.channel()).getRemote();
        for (String line : seen.messages().lines().toList()) {
            // Where the executor has put the clip is of no use: it goes on from there.
            if (!line.isBlank() && !line.startsWith(output)) {
                build.log(line);
                lastMessage = line;
            }
        }
        control.read(seen);
        Progress latest = ExecutorJson.progress(seen.progress());
        if (latest == null || latest.equals(progress)) {
            return;
        }
        progress = latest;
        long now = System.nanoTime();
        if (seen.exitCode() == null && (logged == 0 || now - logged > LOG_NANOSECONDS)) {
            logged = now;
            build.log(
                    latest.secondsLeft() == null
                            ? status()
                            : Messages.ClipRun_ProgressLeft(status(), Math.round(Math.ceil(latest.secondsLeft()))));
        }
    }

    private Clip takeIn(BuildContext build) throws IOException, InterruptedException {
        FilePath output = control.output(build.channel());
        for (String file : FILES) {
            if (output.child(file).length() == 0) {
                throw new AbortException(Messages.ClipRun_Incomplete(file));
            }
        }
        FilePath manifest = output.child("clip.json");
        if (manifest.length() > LARGEST_MANIFEST) {
            throw new AbortException(Messages.ClipRun_Incomplete("clip.json"));
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
        build.log(Messages.ClipRun_Done(
                label(),
                clip.getPath(),
                clip.getFrames(),
                clip.getSeed(),
                Math.round(clip.getSeconds()),
                clip.getLatencyClass()));
        return clip;
    }

    private String label() {
        return planned.name.isEmpty()
                ? Messages.GenerateVideo_DisplayName()
                : Messages.GenerateVideo_DisplayName() + " " + planned.name;
    }
}
