package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.slaves.WorkspaceList;
import io.jenkins.plugins.generatevideo.agent.ControlDirectory;
import io.jenkins.plugins.generatevideo.agent.ExecutorCache;
import io.jenkins.plugins.generatevideo.agent.ExecutorCommand;
import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.agent.ExecutorPackage;
import io.jenkins.plugins.generatevideo.agent.Observation;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.config.Machines;
import io.jenkins.plugins.generatevideo.contract.Progress;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;

/**
 * One run of the executor on an agent, from bringing it there to taking in what it has made. What is saved is enough to
 * find the process again after a restart.
 *
 * @param <T> what comes out
 */
final class ExecutorRun<T extends Serializable> implements Serializable {
    private static final long serialVersionUID = 1L;

    /** So often the agent is asked how far the process is, more often when something new is near. */
    private static final long LOOK_MILLISECONDS = 500;

    private static final long NEAR_MILLISECONDS = 100;
    private static final double NEAR_SECONDS = 3;
    private static final long STOP_MILLISECONDS = 5_000;

    /** The log says so often how far it is. */
    private static final long LOG_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);

    /** The process gives a sign of life every second; after so long a silence it is gone. */
    private static final long LOST_MILLISECONDS = TimeUnit.SECONDS.toMillis(60);

    private final ExecutorTask<T> task;
    private final ControlDirectory control;

    private transient Progress progress;
    private transient String lastMessage;
    private transient long logged;
    private transient long firstLook;

    private ExecutorRun(ExecutorTask<T> task, ControlDirectory control) {
        this.task = task;
        this.control = control;
    }

    static <T extends Serializable> ExecutorRun<T> beside(FilePath workspace, ExecutorTask<T> task)
            throws AbortException {
        return new ExecutorRun<>(task, ControlDirectory.beside(workspace));
    }

    /**
     * When what begins now shall have ended, in milliseconds since 1970; 0 for never.
     *
     * @param seconds its time limit; 0 for none
     */
    static long deadline(long seconds) {
        return seconds == 0 ? 0 : System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(seconds);
    }

    /** Runs the whole task while the calling thread waits, as freestyle builds do, without a time limit. */
    static <T extends Serializable> T inForeground(BuildContext build, ExecutorTask<T> task)
            throws IOException, InterruptedException {
        return inForeground(build, task, 0);
    }

    /**
     * Runs the whole task while the calling thread waits, as freestyle builds do.
     *
     * @param deadline when it shall have ended, in milliseconds since 1970; 0 for never
     */
    static <T extends Serializable> T inForeground(BuildContext build, ExecutorTask<T> task, long deadline)
            throws IOException, InterruptedException {
        ExecutorRun<T> run = beside(build.workspace(), task);
        try {
            run.launch(build);
            T result = run.poll(build);
            while (result == null) {
                if (deadline != 0 && System.currentTimeMillis() > deadline) {
                    run.stopAndWait(build);
                    throw new AbortException(Messages.ExecutorExecution_TimeLimit());
                }
                Thread.sleep(run.lookMilliseconds());
                result = run.poll(build);
            }
            return result;
        } catch (InterruptedException e) {
            run.stopAndWait(build);
            throw e;
        } finally {
            run.discard(build);
        }
    }

    /** Brings the executor to the agent and starts it in the background. */
    void launch(BuildContext build) throws IOException, InterruptedException {
        if (!build.launcher().isUnix()) {
            throw new AbortException(Messages.ExecutorRun_NotUnix());
        }
        FilePath beside = WorkspaceList.tempDir(build.workspace());
        // In a container that does not see the agent's root folder, the executor stands beside the workspace.
        if (!launch(build, build.root()) && !launch(build, beside)) {
            throw new AbortException(Messages.ExecutorRun_NotVisible(beside.getRemote()));
        }
    }

    /** @return whether the executor can be seen there */
    private boolean launch(BuildContext build, FilePath root) throws IOException, InterruptedException {
        FilePath installed = new ExecutorCache(
                        root, GenerateVideoConfiguration.get().getCacheDays())
                .install(ExtensionList.lookupSingleton(ExecutorPackage.class), build.listener());
        ExecutorPlace place = new ExecutorPlace(
                control.folder(build.channel()),
                control.output(build.channel()),
                ExecutorCommand.cache(installed, build.env()));
        control.prepare(build.workspace(), task.request(build, place));
        ExecutorCommand command = ExecutorCommand.of(installed, task.javaOptions(), task.prepare(build, place));
        EnvVars environment = new EnvVars(build.env());
        environment.putAll(command.environment(build.env()));
        return control.launch(build.launcher(), build.workspace(), environment, command, build.listener());
    }

    /** Whether the process has ever begun, which after a restart of the controller may be unknown. */
    boolean hasStarted(BuildContext build) throws IOException, InterruptedException {
        Observation seen = control.observe(build.channel());
        return seen != null && seen.started();
    }

    /**
     * Looks once how far it is, passes on what there is to say, and takes the result in when it is finished.
     *
     * @return the result, or null while the process works
     * @throws AbortException if there will be none, with the reason
     */
    T poll(BuildContext build) throws IOException, InterruptedException {
        Observation seen = control.observe(build.channel());
        if (seen == null) {
            throw new AbortException(Messages.ExecutorRun_Lost());
        }
        passOn(build, seen);
        if (seen.exitCode() == null) {
            if (firstLook == 0) {
                firstLook = System.nanoTime();
            }
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - firstLook);
            if (seen.started() ? seen.silentMilliseconds() > LOST_MILLISECONDS : waited > LOST_MILLISECONDS) {
                throw new AbortException(Messages.ExecutorRun_Lost());
            }
            return null;
        }
        if (!task.isDone(seen.exitCode())) {
            throw new AbortException(
                    lastMessage == null
                            ? Messages.ExecutorRun_Failed(seen.exitCode())
                            : Messages.ExecutorRun_FailedBecause(seen.exitCode(), lastMessage));
        }
        T result = task.takeIn(build, control.output(build.channel()));
        Machines.get().used(build.workspace().toComputer());
        return result;
    }

    /** After how long the next look is worth it: short runs shall not wait for it, long ones not cost much. */
    long lookMilliseconds() {
        Progress latest = progress;
        boolean near = latest == null || latest.secondsLeft() != null && latest.secondsLeft() < NEAR_SECONDS;
        return near ? NEAR_MILLISECONDS : LOOK_MILLISECONDS;
    }

    /** How far it is, for whoever asks; without asking the agent. */
    String status() {
        Progress latest = progress;
        return latest == null
                ? Messages.ExecutorRun_Starting()
                : Messages.ExecutorRun_Progress(task.label(), latest.stage().label(), latest.step(), latest.steps());
    }

    /** Tells the process to end. */
    void stop(BuildContext build) throws IOException, InterruptedException {
        control.stop(build.channel(), build.launcher());
    }

    /** Removes what the run has left on the agent; if it cannot, the log says so, and no more. */
    void discard(BuildContext build) throws InterruptedException {
        try {
            control.delete(build.channel());
        } catch (IOException e) {
            build.log(Messages.ExecutorRun_NotRemoved(String.valueOf(e.getMessage())));
        }
    }

    /** Ends the process of a build that shall not go on before its files are removed. */
    private void stopAndWait(BuildContext build) throws InterruptedException, IOException {
        build.log(Messages.ExecutorExecution_Stopping());
        stop(build);
        long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLISECONDS);
        try {
            while (System.nanoTime() < patience && poll(build) == null) {
                Thread.sleep(LOOK_MILLISECONDS);
            }
        } catch (AbortException e) {
            // It has ended, as it was told to.
            build.log(e.getMessage());
        }
    }

    private void passOn(BuildContext build, Observation seen) {
        String output = control.output(build.channel()).getRemote();
        for (String line : seen.messages().lines().toList()) {
            // Where the executor has put its result is of no use: it goes on from there.
            if (!line.isBlank() && !line.startsWith(output)) {
                build.log(line);
                lastMessage = line;
            }
        }
        control.read(seen);
        Progress latest = ExecutorJson.progress(seen.progress());
        if (latest == null || latest.equals(progress)) {
            return;
        }
        progress = latest;
        long now = System.nanoTime();
        if (seen.exitCode() == null && (logged == 0 || now - logged > LOG_NANOSECONDS)) {
            logged = now;
            build.log(
                    latest.secondsLeft() == null
                            ? status()
                            : Messages.ExecutorRun_ProgressLeft(status(), Math.round(Math.ceil(latest.secondsLeft()))));
        }
    }
}
