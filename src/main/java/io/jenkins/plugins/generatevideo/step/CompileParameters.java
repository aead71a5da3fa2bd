package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import java.io.IOException;
import java.io.Serializable;
import java.util.function.UnaryOperator;

/**
 * What the Pipeline step and the freestyle step that compile engines have in common. Null means the default; only what
 * differs from it is stored.
 */
final class CompileParameters implements Serializable {
    private static final long serialVersionUID = 1L;

    String bundle;
    /** In seconds. */
    Integer timeLimit;

    /** Whether also what is compiled already is compiled. */
    boolean force;

    long timeLimitSeconds() {
        return timeLimit == null ? 0 : timeLimit;
    }

    /**
     * The task of the executor.
     *
     * @param expand replaces build variables
     * @param asking the running build, as whose user the calling thread must run
     * @throws AbortException with a sentence, if something is wrong
     */
    CompileTask task(UnaryOperator<String> expand, GenerateVideoConfiguration defaults, Run<?, ?> asking)
            throws IOException {
        String wanted = bundle == null
                ? defaults.getDefaultBundle()
                : expand.apply(bundle).trim();
        try {
            ClipParameters.checkTimeLimit(timeLimit);
            if (ArtifactBundle.isReference(wanted)) {
                return new CompileTask(wanted, ArtifactBundle.of(wanted, asking), force, timeLimit);
            }
            ClipRequest.checkBundle(wanted);
        } catch (IllegalArgumentException e) {
            AbortException refused = new AbortException(e.getMessage());
            refused.initCause(e);
            throw refused;
        }
        return new CompileTask(wanted, null, force, timeLimit);
    }
}
