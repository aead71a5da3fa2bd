package io.jenkins.plugins.generatevideo.agent;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import hudson.slaves.WorkspaceList;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import jenkins.MasterToSlaveFileCallable;

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
 *   <li>{@code output/}: what it has made
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
    private static final String OUTPUT = "output";
    static final String STOP = "stop";

    /** Exit codes of {@link #SCRIPT}. */
    private static final int NO_EXECUTOR = 96;

    private static final int NO_JAVA = 97;

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

    /** Makes the folder and lays the request down in it; makes the workspace, which a Pipeline only names. */
    public void prepare(FilePath workspace, String requestJson) throws IOException, InterruptedException {
        in(workspace.getChannel())
                .act(new Prepare(workspace.getRemote(), Map.of(REQUEST, requestJson, SCRIPT, script())));
    }

    /**
     * Starts the executor in the background and comes back at once.
     *
     * @param environment the build's environment with what the executor needs
     * @return whether the executor's folder can be seen there; if not, nothing was started
     * @throws AbortException if it cannot be started, with the reason
     */
    public boolean launch(
            Launcher launcher, FilePath workspace, EnvVars environment, ExecutorCommand command, TaskListener listener)
            throws IOException, InterruptedException {
        // Everything variable is an argument of its own: no text becomes part of a shell's program.
        List<String> background = new ArrayList<>(
                List.of("sh", in(launcher.getChannel()).child(SCRIPT).getRemote()));
        background.addAll(List.of("start", remote, cookie, command.installed().getRemote()));
        background.addAll(command.line());
        background.replaceAll(ExecutorCommand::escaped);
        Map<String, String> escaped = new TreeMap<>();
        environment.forEach((name, value) -> escaped.put(name, ExecutorCommand.escaped(value)));
        // The process that waits for the executor must outlive the signal that ends the executor.
        escaped.put(COOKIE_VARIABLE, "generate-video-waits");
        int exitCode = launcher.launch()
                .cmds(background)
                .envs(escaped)
                .pwd(workspace)
                .quiet(true)
                .stdout(listener)
                .join();
        return switch (exitCode) {
            case 0 -> true;
            case NO_EXECUTOR -> false;
            case NO_JAVA -> throw new AbortException(Messages.ControlDirectory_NoJava());
            default -> throw new AbortException(Messages.ControlDirectory_NotStarted(exitCode, remote));
        };
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

    /** The folder itself. */
    public FilePath folder(VirtualChannel channel) {
        return in(channel);
    }

    /** Where the results stand when the process has ended well. */
    public FilePath output(VirtualChannel channel) {
        return in(channel).child(OUTPUT);
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

    /** Makes the folder with its files, in one round trip. */
    private static final class Prepare extends MasterToSlaveFileCallable<Void> {
        private static final long serialVersionUID = 1L;

        private final String workspace;
        private final TreeMap<String, String> files;

        Prepare(String workspace, Map<String, String> files) {
            this.workspace = workspace;
            this.files = new TreeMap<>(files);
        }

        @Override
        public Void invoke(File directory, VirtualChannel channel) throws IOException {
            Files.createDirectories(Path.of(workspace));
            Files.createDirectories(directory.toPath().resolve(OUTPUT));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(directory.toPath().resolve(file.getKey()), file.getValue());
            }
            return null;
        }
    }
}
