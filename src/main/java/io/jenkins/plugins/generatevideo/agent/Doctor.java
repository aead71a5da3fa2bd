package io.jenkins.plugins.generatevideo.agent;

import hudson.ExtensionList;
import hudson.FilePath;
import hudson.model.Node;
import hudson.model.TaskListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Asks the executor on an agent what the machine can run. */
public final class Doctor {
    private static final long SECONDS = 120;

    private Doctor() {}

    /**
     * Asks and waits for the answer: some seconds, more when the executor must be brought to the agent first.
     *
     * @param root the agent's root folder
     * @param keptDays how long an executor that nobody uses stays
     * @param library a folder on the agent that holds engine bundles, or null
     */
    public static MachineFacts ask(Node node, FilePath root, int keptDays, String library)
            throws IOException, InterruptedException {
        FilePath installed = new ExecutorCache(root, keptDays)
                .install(ExtensionList.lookupSingleton(ExecutorPackage.class), TaskListener.NULL);
        List<String> arguments = new ArrayList<>(List.of("doctor", "--json"));
        if (library != null) {
            arguments.addAll(List.of("--bundles", library));
        }
        ClassArchive archive = ClassArchive.in(installed);
        List<String> options = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        options.addAll(archive.makingOptions());
        ExecutorCommand command = ExecutorCommand.of(installed, options, arguments);
        Map<String, String> environment = new TreeMap<>();
        command.environment(Map.of()).forEach((name, value) -> environment.put(name, ExecutorCommand.escaped(value)));
        Answer output = new Answer();
        Answer messages = new Answer();
        int exitCode = node.createLauncher(TaskListener.NULL)
                .launch()
                .cmds(command.line().stream().map(ExecutorCommand::escaped).toList())
                .envs(environment)
                .pwd(root)
                .quiet(true)
                .stdout(output)
                .stderr(messages)
                .start()
                .joinWithTimeout(SECONDS, TimeUnit.SECONDS, TaskListener.NULL);
        archive.made();
        try {
            return MachineFacts.parse(output.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(
                    "The executor's doctor ended with exit code " + exitCode + " and said: "
                            + messages.toString(StandardCharsets.UTF_8).strip(),
                    e);
        }
    }

    /** Takes no more than a doctor has to say. */
    private static final class Answer extends ByteArrayOutputStream {
        private static final int MOST = 1 << 18;

        @Override
        public synchronized void write(int one) {
            if (count < MOST) {
                super.write(one);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, Math.min(length, MOST - count));
        }
    }
}
