package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jenkins.security.MasterToSlaveCallable;

/** The command line that starts the installed executor with the agent's own Java. */
public final class ExecutorCommand {
    private static final String MAIN = "io.jenkins.plugins.generatevideo.executor.cli.GenerateVideo";

    private final List<String> start;

    private ExecutorCommand(List<String> start) {
        this.start = start;
    }

    /**
     * Asks the agent how Java is started there.
     *
     * @param installed the executor's folder on the agent, see {@link ExecutorCache#install}
     */
    public static ExecutorCommand on(VirtualChannel channel, FilePath installed)
            throws IOException, InterruptedException {
        return new ExecutorCommand(List.of(channel.call(new Start(installed.getRemote()))));
    }

    /** The whole command: Java, its options, the main class, then {@code arguments}. */
    public List<String> with(List<String> arguments) {
        List<String> command = new ArrayList<>(start);
        command.addAll(arguments);
        return command;
    }

    private static final class Start extends MasterToSlaveCallable<String[], RuntimeException> {
        private static final long serialVersionUID = 1L;

        private final String folder;

        Start(String folder) {
            this.folder = folder;
        }

        @Override
        public String[] call() {
            String java = String.join(File.separator, System.getProperty("java.home"), "bin", "java");
            String plugin = String.join(File.separator, folder, "lib", "generate-video.jar");
            String libraries = String.join(File.separator, folder, "executor", "*");
            return new String[] {
                java,
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8",
                "-Dgenerate-video.bundles=" + String.join(File.separator, folder, "bundles"),
                "-cp",
                plugin + File.pathSeparator + libraries,
                MAIN
            };
        }
    }
}
