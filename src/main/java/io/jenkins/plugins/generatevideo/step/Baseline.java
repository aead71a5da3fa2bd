package io.jenkins.plugins.generatevideo.step;

import hudson.model.Run;
import java.io.Serializable;

/** What clips are compared with: the archive of a build, or files in the workspace. Plain fields: a Pipeline saves it. */
final class Baseline implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The full name of the build's job; null for files. */
    final String job;

    final int number;

    /** A file or a folder in the workspace; null for a build. */
    final String files;

    /** For the reader. */
    final String label;

    private Baseline(String job, int number, String files, String label) {
        this.job = job;
        this.number = number;
        this.files = files;
        this.label = label;
    }

    static Baseline of(Run<?, ?> run, Run<?, ?> asking) {
        boolean own = run.getParent().equals(asking.getParent());
        return new Baseline(
                run.getParent().getFullName(),
                run.getNumber(),
                null,
                own ? run.getDisplayName() : run.getFullDisplayName());
    }

    static Baseline inWorkspace(String files) {
        return new Baseline(null, 0, files, files);
    }
}
