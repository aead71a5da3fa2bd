package io.jenkins.plugins.generatevideo.report;

import hudson.model.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.model.Jenkins;
import org.kohsuke.stapler.HttpRedirect;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The page <em>Clips</em> of a build, its summary on the build's main page, and what the build remembers of its clips. */
public class ClipsAction extends ArtifactsPage {
    private List<Clip> clips = new ArrayList<>();

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

    /** Whether there are clips in the archive. */
    public boolean isArchived() {
        return clips.stream().anyMatch(Clip::isArchived);
    }

    /** The address of a clip's file, relative to the build's, each part of the path encoded. */
    public static String address(Clip clip, String file) {
        return address(clip.getFolder(), file);
    }

    /** The address of the clip's video, relative to the build's. */
    public static String address(Clip clip) {
        return address(clip, "clip.mp4");
    }

    /** How to make the clip again: a line for a Pipeline. */
    public String pipelineLine(Clip clip) {
        return PipelineLine.of(clip);
    }

    /** What was decided about the clips as a baseline; null if nothing was. */
    public ApprovedBaseline getBaseline() {
        return getRun().getAction(ApprovedBaseline.class);
    }

    /** Whether the viewer may approve the clips as a baseline, and withdraw it. */
    public boolean isApprovable() {
        return isArchived() && !getRun().isBuilding() && getRun().hasPermission(Run.UPDATE);
    }

    /** Approves the clips as a baseline. */
    @RequirePOST
    public HttpResponse doApprove() throws IOException {
        getRun().checkPermission(Run.UPDATE);
        if (isApprovable()) {
            ApprovedBaseline.approve(getRun(), viewer());
        }
        return new HttpRedirect(".");
    }

    /** Withdraws the approval. As for any other build, only who may delete it lets go of a kept one. */
    @RequirePOST
    public HttpResponse doRevoke() throws IOException {
        getRun().checkPermission(Run.UPDATE);
        ApprovedBaseline.revoke(getRun(), viewer(), getRun().hasPermission(Run.DELETE));
        return new HttpRedirect(".");
    }

    private static String viewer() {
        return Jenkins.getAuthentication2().getName();
    }

    @Override
    public String getDisplayName() {
        return Messages.ClipsAction_DisplayName();
    }

    @Override
    String icon() {
        return "symbol-film-outline plugin-ionicons-api";
    }

    @Override
    public String getUrlName() {
        return "clips";
    }
}
