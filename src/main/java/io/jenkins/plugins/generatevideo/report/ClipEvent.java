package io.jenkins.plugins.generatevideo.report;

import java.io.Serializable;
import java.util.Locale;

/** Something that a person would notice at a certain time of a candidate. */
public final class ClipEvent implements Serializable {
    private static final long serialVersionUID = 1L;

    private final double seconds;
    private final String kind;
    private final String sentence;

    ClipEvent(double seconds, String kind, String sentence) {
        this.seconds = seconds;
        this.kind = kind;
        this.sentence = sentence;
    }

    /** When it begins, in seconds with two digits after the point. */
    public String getSeconds() {
        return String.format(Locale.ROOT, "%.2f", seconds);
    }

    /** What it is, in the reader's language. */
    public String getWords() {
        return ComparisonWords.figure(kind);
    }

    /** The same in the executor's words. */
    public String getSentence() {
        return sentence;
    }
}
