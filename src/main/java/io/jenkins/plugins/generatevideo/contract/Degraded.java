package io.jenkins.plugins.generatevideo.contract;

/**
 * A clip was made in a quicker mode than was asked for.
 *
 * @param from the mode that was asked for, one of {@link ClipRequest#MODES}
 * @param why a sentence
 */
public record Degraded(String from, String why) {
    public Degraded {
        if (from == null || !ClipRequest.MODES.contains(from) || why == null || why.isBlank()) {
            throw new IllegalArgumentException("\"degraded\" needs the mode that was asked for and a reason.");
        }
    }
}
