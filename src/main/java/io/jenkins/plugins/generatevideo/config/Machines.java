package io.jenkins.plugins.generatevideo.config;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TaskListener;
import hudson.slaves.ComputerListener;
import io.jenkins.plugins.generatevideo.agent.Doctor;
import io.jenkins.plugins.generatevideo.agent.ExecutorCache;
import io.jenkins.plugins.generatevideo.agent.ExecutorPackage;
import io.jenkins.plugins.generatevideo.agent.MachineFacts;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;

/**
 * What is known of the agents' machines: asks each in the background when it connects, and keeps the answer while the
 * controller runs, also over a disconnection.
 */
@Extension
public class Machines extends ComputerListener {
    private static final Logger LOGGER = Logger.getLogger(Machines.class.getName());

    /** A crowd of agents that connects at once is asked two by two. */
    private static final int AT_A_TIME = 2;

    /** An agent whose connection comes and goes is not asked every time. */
    private static final long FRESH_MILLISECONDS = TimeUnit.MINUTES.toMillis(10);

    private static final long CLEAN_MILLISECONDS = TimeUnit.DAYS.toMillis(1);

    /** By the name of the node. */
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    /** When each node was cleaned up, by its name, in milliseconds since 1970. */
    private final Map<String, Long> cleaned = new ConcurrentHashMap<>();

    private final ExecutorService asking = threads();

    /**
     * The last answer of a node.
     *
     * @param facts null if there are none yet
     * @param problem why the last question failed, or null
     * @param executor the digest of the executor that was asked
     * @param asked when, in milliseconds since 1970
     */
    private record Answer(MachineFacts facts, String problem, String executor, long asked) {}

    public static Machines get() {
        return ExtensionList.lookupSingleton(Machines.class);
    }

    /** What is known of a node's machine, or null. */
    public MachineFacts facts(Node node) {
        Answer answer = answers.get(node.getNodeName());
        return answer == null ? null : answer.facts();
    }

    /** Why nothing new is known of a node's machine, or null. */
    public String problem(Node node) {
        Answer answer = answers.get(node.getNodeName());
        return answer == null ? null : answer.problem();
    }

    /** Labels of a node's machine; none before it is known, or if the node is not to be asked. */
    Set<String> labels(Node node) {
        MachineFacts facts = facts(node);
        return facts == null || GenerateVideoNodeProperty.inspection(node) == Inspection.NEVER
                ? Set.of()
                : facts.labels();
    }

    @Override
    public void onOnline(Computer computer, TaskListener listener) {
        asking.execute(() -> ask(computer, false));
    }

    /** Asks nodes that are always to be asked and have not been; nodes that come and go make this a frequent call. */
    @Override
    public void onConfigurationChange() {
        for (Computer computer : Jenkins.get().getComputers()) {
            Node node = computer.getNode();
            if (node != null
                    && !answers.containsKey(computer.getName())
                    && GenerateVideoNodeProperty.inspection(node) == Inspection.ALWAYS) {
                asking.execute(() -> ask(computer, false));
            }
        }
    }

    /** A step has used the executor on the node, so that asking costs little now, and there may be something to clean. */
    public void used(Computer computer) {
        if (computer == null) {
            return;
        }
        if (!answers.containsKey(computer.getName())) {
            asking.execute(() -> ask(computer, false));
        }
        long now = System.currentTimeMillis();
        Long last = cleaned.get(computer.getName());
        if (last == null || now - last > CLEAN_MILLISECONDS) {
            cleaned.put(computer.getName(), now);
            asking.execute(() -> clean(computer));
        }
    }

    /** Asks once more, whatever is known. */
    public void refresh(Computer computer) {
        asking.execute(() -> ask(computer, true));
    }

    private void ask(Computer computer, boolean anyway) {
        Node node = computer.getNode();
        FilePath root = node == null || computer.isOffline() ? null : node.getRootPath();
        if (root == null || !Boolean.TRUE.equals(computer.isUnix())) {
            return;
        }
        answers.keySet().removeIf(name -> Jenkins.get().getComputer(name) == null);
        cleaned.keySet().retainAll(answers.keySet());
        Answer last = answers.get(node.getNodeName());
        MachineFacts known = last == null ? null : last.facts();
        String digest = null;
        try {
            digest = ExtensionList.lookupSingleton(ExecutorPackage.class).digest();
            if (!anyway && (isFresh(last, digest) || !isWanted(node, root))) {
                return;
            }
            MachineFacts facts = Doctor.ask(
                    node,
                    root,
                    GenerateVideoConfiguration.get().getCacheDays(),
                    GenerateVideoNodeProperty.engineLibrary(node));
            answers.put(node.getNodeName(), new Answer(facts, null, digest, System.currentTimeMillis()));
            if (!facts.labels().equals(known == null ? Set.of() : known.labels())) {
                // Lets the queue see the labels.
                Jenkins.get().updateNode(node);
            }
        } catch (IOException | RuntimeException e) {
            if (computer.isOffline()) {
                // It will be asked when it is back.
                LOGGER.log(Level.FINE, e, () -> "The agent \"" + computer.getName() + "\" went while it was asked");
                return;
            }
            boolean again = last != null && last.problem() != null;
            LOGGER.log(
                    again ? Level.FINE : Level.WARNING,
                    e,
                    () -> "Could not ask what the agent \"" + computer.getName() + "\" can run");
            answers.put(
                    node.getNodeName(),
                    new Answer(known, String.valueOf(e.getMessage()), digest, System.currentTimeMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void clean(Computer computer) {
        Node node = computer.getNode();
        FilePath root = node == null ? null : node.getRootPath();
        if (root == null) {
            return;
        }
        try {
            new ExecutorCache(root, GenerateVideoConfiguration.get().getCacheDays())
                    .removeUnused(ExtensionList.lookupSingleton(ExecutorPackage.class));
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.FINE, e, () -> "Could not clean up on the agent \"" + computer.getName() + "\"");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isFresh(Answer last, String executor) {
        return last != null
                && executor.equals(last.executor())
                && System.currentTimeMillis() - last.asked() < FRESH_MILLISECONDS;
    }

    private static boolean isWanted(Node node, FilePath root) throws IOException, InterruptedException {
        return switch (GenerateVideoNodeProperty.inspection(node)) {
            case ALWAYS -> node.getNumExecutors() > 0;
            case WHEN_USED ->
                new ExecutorCache(root, GenerateVideoConfiguration.get().getCacheDays()).isUsed();
            case NEVER -> false;
        };
    }

    private static ExecutorService threads() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(AT_A_TIME, AT_A_TIME, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "generate-video-machines");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
