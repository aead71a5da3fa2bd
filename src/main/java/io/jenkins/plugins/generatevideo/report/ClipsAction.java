package io.jenkins.plugins.generatevideo.report;

import hudson.Functions;
import hudson.Util;
import hudson.model.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import jenkins.model.RunAction2;
import org.kohsuke.stapler.StaplerProxy;

/** The page <em>Clips</em> of a build, its summary on the build's main page, and what the build remembers of its clips. */
public class ClipsAction implements RunAction2, StaplerProxy {
    private List<Clip> clips = new ArrayList<>();
    private transient Run<?, ?> run;

    /** Adds a clip to the build's page and saves the build. A clip of the same place takes the older one's. */
    public static void add(Run<?, ?> run, Clip clip) throws IOException {
        synchronized (run) {
            ClipsAction action = run.getAction(ClipsAction.class);
            if (action == null) {
                action = new ClipsAction();
                run.addAction(action);
            }
            // A new list, because a page may be looking at the old one.
            List<Clip> clips = new ArrayList<>(action.clips);
            clips.removeIf(other -> other.getPath().equals(clip.getPath()) && other.isArchived() == clip.isArchived());
            clips.add(clip);
            action.clips = clips;
            run.save();
        }
    }

    public List<Clip> getClips() {
        return clips;
    }

    public Run<?, ?> getRun() {
        return run;
    }

    /** Whether the viewer may see artifacts. */
    public boolean isVisible() {
        return !Functions.isArtifactsPermissionEnabled() || run.hasPermission(Run.ARTIFACTS);
    }

    /** The address of a clip's file, relative to the build's, each part of the path encoded. */
    public static String address(Clip clip, String file) {
        return "artifact/"
                + Arrays.stream((clip.getFolder() + "/" + file).split("/"))
                        .map(Util::rawEncode)
                        .collect(Collectors.joining("/"));
    }

    /** The address of the clip's video, relative to the build's. */
    public static String address(Clip clip) {
        return address(clip, "clip.mp4");
    }

    /** How to make the clip again: a line for a Pipeline. */
    public String pipelineLine(Clip clip) {
        return PipelineLine.of(clip);
    }

    @Override
    public Object getTarget() {
        if (Functions.isArtifactsPermissionEnabled()) {
            run.checkPermission(Run.ARTIFACTS);
        }
        return this;
    }

    @Override
    public void onAttached(Run<?, ?> attached) {
        run = attached;
    }

    @Override
    public void onLoad(Run<?, ?> loaded) {
        run = loaded;
    }

    @Override
    public String getIconFileName() {
        return isVisible() ? "symbol-film-outline plugin-ionicons-api" : null;
    }

    @Override
    public String getDisplayName() {
        return Messages.ClipsAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "clips";
    }
}
