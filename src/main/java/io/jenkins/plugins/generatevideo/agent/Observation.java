package io.jenkins.plugins.generatevideo.agent;

import java.io.Serializable;

/**
 * One look at a control directory, as it travels from the agent.
 *
 * @param exitCode of the executor, or null while it runs
 * @param progress the last whole line of its progress, or null
 * @param messages what it has said since the last look, whole lines only unless it has ended
 * @param messagesEnd where the messages end, in bytes from the start
 * @param silentMilliseconds since it last gave a sign of life, by the agent's clock; -1 if it never has
 */
public record Observation(Integer exitCode, String progress, String messages, long messagesEnd, long silentMilliseconds)
        implements Serializable {
    /** Whether the process has begun. */
    public boolean started() {
        return silentMilliseconds >= 0 || exitCode != null;
    }
}
