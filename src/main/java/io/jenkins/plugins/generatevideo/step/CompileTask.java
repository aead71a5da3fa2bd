package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import io.jenkins.plugins.generatevideo.agent.Delivery;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import io.jenkins.plugins.generatevideo.contract.EngineReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The compiling of a bundle's networks for the GPU of an agent, which keeps the engines. */
final class CompileTask implements ExecutorTask<CompiledEngines> {
    private static final long serialVersionUID = 1L;

    private static final long LARGEST_REPORT = 1 << 18;

    private final String bundle;
    /** The bundle, if it is an artifact; else null. */
    private final ArtifactBundle artifact;

    private final boolean force;
    /** In seconds; null for the executor's own. */
    private final Integer timeLimit;

    CompileTask(String bundle, ArtifactBundle artifact, boolean force, Integer timeLimit) {
        this.bundle = bundle;
        this.artifact = artifact;
        this.force = force;
        this.timeLimit = timeLimit;
    }

    @Override
    public String label() {
        return Messages.CompileVideoEngines_DisplayName();
    }

    @Override
    public List<String> prepare(BuildContext build, ExecutorPlace place) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "bundle",
                "compile",
                "--progress=json",
                "--output",
                place.output().getRemote()));
        if (force) {
            arguments.add("--force");
        }
        if (timeLimit != null) {
            arguments.add("--time-limit=" + timeLimit);
        }
        String library = GenerateVideoNodeProperty.engineLibrary(build.node());
        if (library != null) {
            arguments.addAll(List.of("--bundles", library));
        }
        // What follows is no option, whatever it begins with.
        arguments.addAll(List.of("--", artifact == null ? bundle : artifact.bring(build, place)));
        return arguments;
    }

    @Override
    public CompiledEngines takeIn(BuildContext build, FilePath output) throws IOException, InterruptedException {
        Delivery delivery = Delivery.in(output, List.of(EngineReport.FILE), EngineReport.FILE, LARGEST_REPORT);
        if (delivery.text() == null) {
            throw new AbortException(Messages.ExecutorRun_Incomplete(EngineReport.FILE));
        }
        return new CompiledEngines(delivery.text());
    }
}
