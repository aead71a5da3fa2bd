package io.jenkins.plugins.generatevideo.step;

import io.jenkins.plugins.generatevideo.agent.RequestJson;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import java.io.Serializable;

/**
 * One clip that a step will make. Plain fields, because a running Pipeline saves it.
 */
final class PlannedClip implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Its name among the clips of the step, empty if there is only one. */
    final String name;

    /** The request as the executor reads it, all but mode and template, and without the bundle, if that is an artifact. */
    final String requestJson;

    /** The mode, or null where the quality says it. */
    final String mode;

    /** The name of a scene template, or its file in the workspace; null for none. */
    final String template;

    /** Whether the mode stays, however many builds wait. */
    final boolean isFinal;

    /** The name under which the scene is saved, or null. */
    final String saveTemplate;

    /** How to ask for the same engine bundle again. */
    final String bundle;

    /** The engine bundle, if it is an artifact; else null. */
    final ArtifactBundle artifact;

    /** Where it goes: in the archive, or in the workspace if it is not archived. */
    final String folder;

    PlannedClip(
            String name,
            ClipRequest request,
            boolean isFinal,
            String saveTemplate,
            String bundle,
            ArtifactBundle artifact,
            String folder) {
        this.name = name;
        this.requestJson = RequestJson.of(request.in(null, null).on(null));
        this.mode = request.mode();
        this.template = request.template();
        this.isFinal = isFinal;
        this.saveTemplate = saveTemplate;
        this.bundle = bundle;
        this.artifact = artifact;
        this.folder = folder;
    }
}
