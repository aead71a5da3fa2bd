package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jenkins.util.VirtualFile;

/** The videos in a build's archive, wherever that is, on their way to an agent. */
final class ArchivedClips {
    /** What the executor compares. */
    private static final String VIDEOS = "**/*.mp4,**/*.m4v,**/*.mov,**/*.webm,**/*.mkv,**/*.avi,**/*.y4m";

    private static final String MADE_BY_COMPARISONS = "**/side-by-side.mp4";

    private final Run<?, ?> run;
    private final VirtualFile root;
    private final Set<String> paths;

    private ArchivedClips(Run<?, ?> run, VirtualFile root, Set<String> paths) {
        this.run = run;
        this.root = root;
        this.paths = paths;
    }

    /**
     * The clips that a build has made, or if it has made none, the videos that it has archived.
     *
     * @param folder only those in this folder of the archive; null for all
     * @throws AbortException with a sentence, if there are none
     */
    static ArchivedClips of(Run<?, ?> run, String folder) throws IOException {
        VirtualFile root = run.getArtifactManager().root();
        Set<String> paths = new TreeSet<>();
        ClipsAction made = run.getAction(ClipsAction.class);
        for (Clip clip : made == null ? List.<Clip>of() : made.getClips()) {
            if (clip.isArchived()) {
                paths.add(clip.getPath());
            }
        }
        if (paths.isEmpty()) {
            paths.addAll(root.list(VIDEOS, MADE_BY_COMPARISONS, true));
        }
        if (folder != null) {
            paths.removeIf(path -> !path.startsWith(folder + "/"));
        }
        if (paths.isEmpty()) {
            throw new AbortException(
                    folder == null
                            ? Messages.ArchivedClips_None(run.getFullDisplayName())
                            : Messages.ArchivedClips_NoneIn(run.getFullDisplayName(), folder));
        }
        return new ArchivedClips(run, root, paths);
    }

    /**
     * Copies the clips and their manifests.
     *
     * @param folder what their paths are relative to on the agent; null for the archive itself
     * @param target a folder on the agent
     * @return the copies of the videos
     */
    List<FilePath> copyTo(FilePath target, String folder) throws IOException, InterruptedException {
        List<FilePath> copies = new ArrayList<>();
        for (String path : paths) {
            if (!root.child(path).isFile()) {
                throw new AbortException(Messages.ArchivedClips_Gone(path, run.getFullDisplayName()));
            }
            String manifest = path.substring(0, path.lastIndexOf('.')) + ".json";
            FilePath copy = copy(path, target, folder);
            if (root.child(manifest).isFile()) {
                copy(manifest, target, folder);
            }
            copies.add(copy);
        }
        return copies;
    }

    private FilePath copy(String path, FilePath target, String folder) throws IOException, InterruptedException {
        FilePath copy = target.child(folder == null ? path : path.substring(folder.length() + 1));
        FilePath parent = copy.getParent();
        if (parent != null) {
            parent.mkdirs();
        }
        try (InputStream in = root.child(path).open()) {
            copy.copyFrom(in);
        }
        return copy;
    }
}
