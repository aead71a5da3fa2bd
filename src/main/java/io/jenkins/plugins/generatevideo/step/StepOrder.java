package io.jenkins.plugins.generatevideo.step;

/** Where our steps stand among the extensions of Jenkins. */
final class StepOrder {
    /**
     * Before the step {@code step}, which offers our freestyle build steps under the same names. The Snippet Generator takes
     * the first of a name; it would write {@code step([$class: 'GenerateVideoBuilder', ...])}.
     */
    static final double BEFORE_BUILD_STEPS = 1;

    private StepOrder() {}
}
