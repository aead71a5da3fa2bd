package io.jenkins.plugins.generatevideo.contract;

import java.util.Locale;

/** What a gate that is not passed means for a build, as quality gates have it elsewhere in Jenkins. */
public enum Level {
    PASSED,
    UNSTABLE,
    FAILED;

    /** Its name in files: {@code passed}, {@code unstable}, {@code failed}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The worse of two. */
    public Level or(Level other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
