package io.jenkins.plugins.generatevideo.contract;

/** How a candidate relates to its baseline. */
public enum Verdict {
    /** Every decoded frame is equal, bit for bit, and there are as many. */
    IDENTICAL("identical"),
    /** Frames differ, and every gate is passed. */
    WITHIN_TOLERANCE("within tolerance"),
    /** At least one gate is not passed. */
    CHANGED("changed"),
    /** Only one side has this video, or one of both cannot be read. */
    NOT_COMPARED("not compared");

    private final String key;

    Verdict(String key) {
        this.key = key;
    }

    /** Its name in files. */
    public String key() {
        return key;
    }
}
