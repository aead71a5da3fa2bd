package io.jenkins.plugins.generatevideo.step;

import java.io.Serializable;

/**
 * One clip that a step will make. Plain fields, because a running Pipeline saves it.
 */
final class PlannedClip implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Its name among the clips of the step, empty if there is only one. */
    final String name;

    /** The request as the executor reads it; without the bundle, if that is an artifact. */
    final String requestJson;

    /** How to ask for the same engine bundle again. */
    final String bundle;

    /** The engine bundle, if it is an artifact; else null. */
    final ArtifactBundle artifact;

    /** Where it goes: in the archive, or in the workspace if it is not archived. */
    final String folder;

    PlannedClip(String name, String requestJson, String bundle, ArtifactBundle artifact, String folder) {
        this.name = name;
        this.requestJson = requestJson;
        this.bundle = bundle;
        this.artifact = artifact;
        this.folder = folder;
    }
}
