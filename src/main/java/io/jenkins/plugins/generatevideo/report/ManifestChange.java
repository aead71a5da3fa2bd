package io.jenkins.plugins.generatevideo.report;

import java.io.Serializable;

/** A field of the manifests of two clips that differs. */
public final class ManifestChange implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String baseline;
    private final String candidate;

    ManifestChange(String field, String baseline, String candidate) {
        this.field = field;
        this.baseline = baseline;
        this.candidate = candidate;
    }

    /** Its path in {@code clip.json}, for example {@code request.seed}. */
    public String getField() {
        return field;
    }

    /** Its value there as JSON, null where it is absent. */
    public String getBaseline() {
        return baseline;
    }

    /** Likewise. */
    public String getCandidate() {
        return candidate;
    }
}
