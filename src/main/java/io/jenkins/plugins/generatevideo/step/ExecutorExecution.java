package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.util.Timer;
import org.jenkinsci.plugins.workflow.steps.StepContext;
import org.jenkinsci.plugins.workflow.steps.StepExecution;

/**
 * Runs a Pipeline step: one task after the other, each in a process of its own on the agent, which goes on while the
 * controller restarts or the agent is away. Between two looks at the agent no thread is held.
 *
 * <p>Saved are the plan, the results so far, and where the running process can be found: a node's name and paths.
 *
 * @param <T> what comes out of a task
 */
abstract class ExecutorExecution<T extends Serializable> extends StepExecution {
    private static final long serialVersionUID = 1L;
    private static final Logger LOGGER = Logger.getLogger(ExecutorExecution.class.getName());

    private static final long LOOK_MILLISECONDS = 500;
    private static final long AWAY_MILLISECONDS = 5_000;

    /** The process is gone after five seconds; somewhat later the step ends whatever the agent says. */
    private static final long STOP_SECONDS = 8;

    private static final long SAVE_SECONDS = 30;

    /** So many failed looks in a row at an agent that is connected are no passing trouble. */
    private static final int MOST_FAILURES = 10;

    /** What is to be done. */
    private final ArrayList<ExecutorTask<T>> planned;

    /** The name of the workspace's node, empty for the built-in one. */
    private final String node;

    /** The workspace's path on the node. */
    private final String workspace;

    /** When the step shall have ended, in milliseconds since 1970; 0 for never. */
    private final long deadline;

    /** What is done, in the order of the plan; replaced, never changed, because it may be being saved. */
    private ArrayList<T> made = new ArrayList<>();

    /** What is being done, or null. */
    private volatile ExecutorRun<T> running;

    /** Whether the process of {@link #running} was started for certain. */
    private volatile boolean launched;

    /** Why the step shall end early, or null. */
    private transient volatile Throwable stopped;

    /** Whether the step has ended; nothing happens any more. */
    private transient volatile boolean over;

    /** Whether the log says that the agent is away. */
    private transient boolean away;

    private transient int failures;

    ExecutorExecution(
            StepContext context, List<? extends ExecutorTask<T>> planned, FilePath workspace, long timeLimitSeconds)
            throws AbortException {
        super(context);
        Computer computer = workspace.toComputer();
        if (computer == null) {
            throw new AbortException(Messages.BuildContext_AgentGone());
        }
        this.planned = new ArrayList<>(planned);
        this.node = computer.getName();
        this.workspace = workspace.getRemote();
        this.deadline = ExecutorRun.deadline(timeLimitSeconds);
    }

    /** What the script gets, from the results in the order of the plan. */
    abstract Object returned(List<T> results) throws IOException, InterruptedException;

    @Override
    public boolean start() {
        schedule(0);
        return false;
    }

    @Override
    public void onResume() {
        schedule(LOOK_MILLISECONDS);
    }

    @Override
    public void stop(Throwable cause) {
        stopped = cause;
        Computer.threadPoolForRemoting.execute(this::stopProcess);
        Timer.get().schedule(() -> end(cause), STOP_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public String getStatus() {
        ExecutorRun<T> current = running;
        if (away) {
            return Messages.ExecutorExecution_Away(node);
        }
        String status = current == null ? Messages.ExecutorRun_Starting() : current.status();
        return planned.size() == 1
                ? status
                : Messages.ExecutorExecution_ClipOf(Math.min(made.size() + 1, planned.size()), planned.size()) + "; "
                        + status;
    }

    private void schedule(long milliseconds) {
        // The timer's few threads are for everyone: what may take time goes elsewhere.
        Timer.get()
                .schedule(
                        () -> Computer.threadPoolForRemoting.execute(this::advance),
                        milliseconds,
                        TimeUnit.MILLISECONDS);
    }

    /** Takes the next thing in hand. Runs in one thread at a time, because only its end schedules it again. */
    private void advance() {
        if (over) {
            return;
        }
        try {
            BuildContext build = connect();
            if (build == null) {
                sayAway(true);
                schedule(AWAY_MILLISECONDS);
                return;
            }
            sayAway(false);
            if (stopped == null && deadline != 0 && System.currentTimeMillis() > deadline) {
                stop(new AbortException(Messages.ExecutorExecution_TimeLimit()));
            }
            boolean more = work(build);
            failures = 0;
            if (more) {
                // A finished task makes way for the next, or for the step's end, without waiting.
                ExecutorRun<T> current = running;
                schedule(current == null ? 0 : current.lookMilliseconds());
            }
        } catch (AbortException e) {
            // Also how a process ends that was told to.
            abandon(e);
        } catch (IOException | RuntimeException e) {
            failedLook(e);
        } catch (InterruptedException e) {
            // The controller goes down; the step goes on when it is up again.
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether there is more to do */
    private boolean work(BuildContext build) throws IOException, InterruptedException {
        if (running == null) {
            if (made.size() == planned.size()) {
                succeed();
                return false;
            }
            if (stopped != null) {
                end(stopped);
                return false;
            }
            launched = false;
            running = ExecutorRun.beside(build.workspace(), planned.get(made.size()));
            // First the place is saved, then the process begins: it is found again whenever the controller goes down.
            save();
        }
        if (!launched) {
            if (!running.hasStarted(build)) {
                running.launch(build);
            }
            launched = true;
            save();
            if (stopped != null) {
                // Stopped while the executor was on its way: nobody has told the process.
                running.stop(build);
            }
        }
        T result = running.poll(build);
        if (result == null) {
            return true;
        }
        ArrayList<T> more = new ArrayList<>(made);
        more.add(result);
        made = more;
        ExecutorRun<T> finished = running;
        running = null;
        save();
        finished.discard(build);
        return true;
    }

    /** What there is to work with, or null while the agent is away. */
    private BuildContext connect() throws IOException, InterruptedException {
        Computer computer = Jenkins.get().getComputer(node);
        VirtualChannel channel = computer == null ? null : computer.getChannel();
        if (channel == null) {
            return null;
        }
        StepContext context = getContext();
        Launcher launcher = context.get(Launcher.class);
        EnvVars env = context.get(EnvVars.class);
        if (launcher == null || env == null) {
            return null;
        }
        return new BuildContext(
                context.get(Run.class),
                new FilePath(channel, workspace),
                env,
                launcher,
                context.get(TaskListener.class));
    }

    private void stopProcess() {
        try {
            BuildContext build = connect();
            ExecutorRun<T> current = running;
            if (build == null || current == null) {
                end(stopped);
            } else if (launched) {
                build.log(Messages.ExecutorExecution_Stopping());
                current.stop(build);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not tell the video executor on " + node + " to stop");
            end(stopped);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the step because a task cannot be done, and removes what it has left on the agent. */
    private void abandon(AbortException reason) {
        ExecutorRun<T> current = running;
        try {
            BuildContext build = current == null ? null : connect();
            if (build != null) {
                // A process that was taken for lost must not go on unseen.
                current.stop(build);
                current.discard(build);
            }
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.INFO, e, () -> "Could not remove what the video executor has left on " + node);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end(stopped == null ? reason : stopped);
    }

    private void failedLook(Exception problem) {
        Computer computer = Jenkins.get().getComputer(node);
        boolean connected = computer != null && computer.getChannel() != null;
        failures = connected ? failures + 1 : 0;
        LOGGER.log(Level.FINE, problem, () -> "Could not look at the video executor on " + node);
        if (failures >= MOST_FAILURES) {
            end(stopped == null ? problem : stopped);
        } else {
            schedule(connected ? LOOK_MILLISECONDS : AWAY_MILLISECONDS);
        }
    }

    private void sayAway(boolean now) throws IOException, InterruptedException {
        if (now != away) {
            away = now;
            TaskListener listener = getContext().get(TaskListener.class);
            if (listener != null) {
                listener.getLogger()
                        .println(now ? Messages.ExecutorExecution_Away(node) : Messages.ExecutorExecution_Back(node));
            }
        }
    }

    private void save() throws IOException, InterruptedException {
        try {
            getContext().saveState().get(SAVE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("The state of the build could not be saved", e);
        }
    }

    private void succeed() throws IOException, InterruptedException {
        Object value = returned(made);
        if (first()) {
            getContext().onSuccess(value);
        }
    }

    private void end(Throwable cause) {
        if (first()) {
            getContext().onFailure(cause);
        }
    }

    /** Whether this is the first end of the step: it has only one. */
    private synchronized boolean first() {
        boolean first = !over;
        over = true;
        return first;
    }
}
