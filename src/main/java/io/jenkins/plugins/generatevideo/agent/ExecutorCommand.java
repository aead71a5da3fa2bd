package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import jenkins.security.MasterToSlaveCallable;

/** The command line that starts the installed executor with the agent's own Java. */
public final class ExecutorCommand {
    /** Read by the executor: the folder for what it unpacks once and for the places of its admission. */
    private static final String CACHE = "GENERATE_VIDEO_CACHE";

    private static final String MAIN = "io.jenkins.plugins.generatevideo.executor.cli.GenerateVideo";

    private final List<String> start;
    private final FilePath installed;

    private ExecutorCommand(List<String> start, FilePath installed) {
        this.start = start;
        this.installed = installed;
    }

    /**
     * Asks the agent how Java is started there.
     *
     * @param installed the executor's folder on the agent, see {@link ExecutorCache#install}
     */
    public static ExecutorCommand of(FilePath installed) throws IOException, InterruptedException {
        return new ExecutorCommand(List.of(installed.act(new Start(installed.getRemote()))), installed);
    }

    /**
     * The whole command: Java, its options, the main class, then {@code arguments}. Dollar signs are doubled, because
     * launchers expand variables in commands.
     */
    public List<String> with(List<String> arguments) {
        List<String> command = new ArrayList<>();
        for (String argument : start) {
            command.add(argument.replace("$", "$$"));
        }
        for (String argument : arguments) {
            command.add(argument.replace("$", "$$"));
        }
        return command;
    }

    /**
     * What the executor's process needs in its environment besides {@code environment}: where it keeps what it unpacks,
     * and a locale in which it reads file names.
     */
    public Map<String, String> environment(Map<String, String> environment) {
        Map<String, String> more = new TreeMap<>();
        if (!environment.containsKey(CACHE)) {
            more.put(CACHE, installed.child("../native").getRemote());
        }
        if (Stream.of("LC_ALL", "LC_CTYPE", "LANG").noneMatch(environment::containsKey)) {
            more.put("LC_ALL", "C.UTF-8");
        }
        return more;
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
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8",
                "-Dgenerate-video.bundles=" + String.join(File.separator, folder, "bundles"),
                "-cp",
                plugin + File.pathSeparator + libraries,
                MAIN
            };
        }
    }
}
