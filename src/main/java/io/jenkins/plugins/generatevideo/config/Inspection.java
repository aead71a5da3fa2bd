package io.jenkins.plugins.generatevideo.config;

import hudson.util.ListBoxModel;
import java.util.Locale;

/** Whether an agent is asked what it can run, which brings the executor there (some 90 MB). */
enum Inspection {
    /** As soon as a step has brought the executor there, and from then on whenever it connects. */
    WHEN_USED,
    /** Whenever it connects. */
    ALWAYS,
    NEVER;

    /** For example {@code when-used}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException with a sentence, if there is none of this name */
    static Inspection of(String label) {
        for (Inspection inspection : values()) {
            if (inspection.label().equals(label)) {
                return inspection;
            }
        }
        throw new IllegalArgumentException(Messages.Inspection_Unknown(label));
    }

    static ListBoxModel items() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.Inspection_WhenUsed(), WHEN_USED.label());
        items.add(Messages.Inspection_Always(), ALWAYS.label());
        items.add(Messages.Inspection_Never(), NEVER.label());
        return items;
    }
}
