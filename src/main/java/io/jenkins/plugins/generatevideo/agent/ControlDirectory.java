package io.jenkins.plugins.generatevideo.agent;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The folder on an agent through which a run of the executor outlives connections and restarts. Its files:
 *
 * <ul>
 *   <li>{@code request.json}: what is asked for, the process's standard input
 *   <li>{@code progress.jsonl}: its standard output
 *   <li>{@code messages.txt}: its standard error
 *   <li>{@code alive}: touched every second while the process lives
 *   <li>{@code stop}: put there by {@link #stop}; the process is told to end, and after three seconds ended
 *   <li>{@code result}: its exit code
 *   <li>{@code output/}: the finished clip
 * </ul>
 *
 * Saved with the build are a path and a position, never a connection.
 */
public final class ControlDirectory implements Serializable {
    private static final long serialVersionUID = 1L;

    /** By this variable Jenkins finds processes; as something of our own it keeps them from those who clean up a build. */
    private static final String COOKIE_VARIABLE = "JENKINS_SERVER_COOKIE";

    private static final String REQUEST = "request.json";
    private static final String SCRIPT = "run.sh";
    static final String STOP = "stop";

    /** The folder on the agent. */
    private final String remote;

    /** The value of {@link #COOKIE_VARIABLE} in the environment of the executor's process. */
    private final String cookie;

    /** How much of {@code messages.txt} has been passed on, in bytes. */
    private long messagesPosition;

    private ControlDirectory(String remote, String cookie) {
        this.remote = remote;
        this.cookie = cookie;
    }

    /** Chooses a new folder beside the workspace; {@link #prepare} makes it. */
    public static ControlDirectory beside(FilePath workspace) throws AbortException {
        String id = UUID.randomUUID().toString();
        // Containers that see the workspace see this folder too.
        FilePath temporary = WorkspaceList.tempDir(workspace);
        if (temporary == null) {
            throw new AbortException(Messages.ControlDirectory_NoFolder(workspace.getRemote()));
        }
        return new ControlDirectory(
                temporary.child("generate-video-" + id.substring(0, 8)).getRemote(), id);
    }

    /** Makes the folder and lays the request down in it. */
    public void prepare(VirtualChannel channel, String requestJson) throws IOException, InterruptedException {
        FilePath directory = in(channel);
        directory.mkdirs();
        directory.child(REQUEST).write(requestJson, StandardCharsets.UTF_8.name());
        directory.child(SCRIPT).write(script(), StandardCharsets.UTF_8.name());
        output(channel).mkdirs();
    }

    /**
     * Starts the executor in the background and comes back at once.
     *
     * @param command see {@link ExecutorCommand#with}
     * @param environment the build's environment with what the executor needs
     */
    public void launch(
            Launcher launcher, FilePath workspace, EnvVars environment, List<String> command, TaskListener listener)
            throws IOException, InterruptedException {
        // A Pipeline's workspace is there only once something has been put into it.
        workspace.mkdirs();
        // Everything variable is an argument of its own: no text becomes part of a shell's program. "$0" and "$@" are
        // left alone by Jenkins' expansion of variables only when doubled.
        List<String> background = new ArrayList<>(List.of(
                "nohup",
                "sh",
                "-c",
                "\"$$0\" \"$$@\" >/dev/null 2>&1 </dev/null &",
                "sh",
                in(launcher.getChannel()).child(SCRIPT).getRemote().replace("$", "$$"),
                remote.replace("$", "$$"),
                cookie));
        background.addAll(command);
        Map<String, String> escaped = new TreeMap<>();
        environment.forEach((name, value) -> escaped.put(name, value.replace("$", "$$")));
        // The process that waits for the executor must outlive the signal that ends the executor.
        escaped.put(COOKIE_VARIABLE, "generate-video-waits");
        int exitCode = launcher.launch()
                .cmds(background)
                .envs(escaped)
                .pwd(workspace)
                .quiet(true)
                .stdout(listener)
                .join();
        if (exitCode != 0) {
            throw new AbortException(Messages.ControlDirectory_NotStarted(exitCode));
        }
    }

    /**
     * Looks once at how far the process is. New messages count as passed on once {@link #read} is called.
     *
     * @return what was seen, or null if the folder is not there
     */
    public Observation observe(VirtualChannel channel) throws IOException, InterruptedException {
        return in(channel).act(new Observe(messagesPosition));
    }

    /** Remembers that the messages of {@code observation} have been passed on. */
    public void read(Observation observation) {
        messagesPosition = observation.messagesEnd();
    }

    /** Tells the process to end; it is gone within five seconds. */
    public void stop(VirtualChannel channel, Launcher launcher) throws IOException, InterruptedException {
        in(channel).child(STOP).write("", StandardCharsets.UTF_8.name());
        // At once, where processes can be found by their environment; else at the next look at the file.
        launcher.kill(Map.of(COOKIE_VARIABLE, cookie));
    }

    /** Where the clip stands when the process has ended well. */
    public FilePath output(VirtualChannel channel) {
        return in(channel).child("output");
    }

    /** Removes the folder with all it holds. */
    public void delete(VirtualChannel channel) throws IOException, InterruptedException {
        in(channel).deleteRecursive();
    }

    private FilePath in(VirtualChannel channel) {
        return new FilePath(channel, remote);
    }

    private static String script() throws IOException {
        try (InputStream in = ControlDirectory.class.getResourceAsStream(SCRIPT)) {
            if (in == null) {
                throw new IOException("The plugin lacks its " + SCRIPT);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
