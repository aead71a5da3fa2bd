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
    private final String folder;
    private final VirtualFile root;
    private final Set<String> paths;

    private ArchivedClips(Run<?, ?> run, String folder, VirtualFile root, Set<String> paths) {
        this.run = run;
        this.folder = folder;
        this.root = root;
        this.paths = paths;
    }

    /**
     * The clips that a build has made, or if it has made none, the videos that it has archived.
     *
     * @param folder only those in this folder of the archive; null for all
     */
    static ArchivedClips of(Run<?, ?> run, String folder) throws IOException {
        VirtualFile root = run.getArtifactManager().root();
        Set<String> paths = new TreeSet<>();
        ClipsAction made = run.getAction(ClipsAction.class);
        for (Clip clip : made == null ? List.<Clip>of() : made.getClips()) {
            // An archive may have been thinned out since.
            if (clip.isArchived() && root.child(clip.getPath()).isFile()) {
                paths.add(clip.getPath());
            }
        }
        if (paths.isEmpty()) {
            paths.addAll(root.list(VIDEOS, MADE_BY_COMPARISONS, true));
        }
        if (folder != null) {
            paths.removeIf(path -> !path.startsWith(folder + "/"));
        }
        return new ArchivedClips(run, folder, root, paths);
    }

    boolean isEmpty() {
        return paths.isEmpty();
    }

    /** That there are none, in a sentence. */
    AbortException none() {
        return new AbortException(
                folder == null
                        ? Messages.ArchivedClips_None(run.getFullDisplayName())
                        : Messages.ArchivedClips_NoneIn(run.getFullDisplayName(), folder));
    }

    /**
     * Copies the clips and their manifests; their paths are relative to the folder that they are in.
     *
     * @param target a folder on the agent
     * @return the copies of the videos
     * @throws AbortException with a sentence, if there are none
     */
    List<FilePath> copyTo(FilePath target) throws IOException, InterruptedException {
        if (isEmpty()) {
            throw none();
        }
        List<FilePath> copies = new ArrayList<>();
        for (String path : paths) {
            String manifest = path.substring(0, path.lastIndexOf('.')) + ".json";
            FilePath copy = copy(path, target);
            if (root.child(manifest).isFile()) {
                copy(manifest, target);
            }
            copies.add(copy);
        }
        return copies;
    }

    private FilePath copy(String path, FilePath target) throws IOException, InterruptedException {
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
