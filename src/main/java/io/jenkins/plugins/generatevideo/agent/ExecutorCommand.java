package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
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
    /** Read by the executor: folders with bundles, separated as in {@code PATH}. */
    private static final String BUNDLES = "GENERATE_VIDEO_BUNDLES";

    /** Read by the executor: the folder for what it unpacks once. */
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
    public static ExecutorCommand on(VirtualChannel channel, FilePath installed)
            throws IOException, InterruptedException {
        return new ExecutorCommand(List.of(channel.call(new Start(installed.getRemote()))), installed);
    }

    /** The whole command: Java, its options, the main class, then {@code arguments}. */
    public List<String> with(List<String> arguments) {
        List<String> command = new ArrayList<>(start);
        command.addAll(arguments);
        return command;
    }

    /**
     * What the executor's process needs in its environment besides {@code environment}: where bundles lie (those that the
     * environment names come first), where it keeps what it unpacks, and a locale in which it reads file names.
     *
     * @param unix whether the agent separates paths with a colon
     */
    public Map<String, String> environment(Map<String, String> environment, boolean unix) {
        Map<String, String> more = new TreeMap<>();
        String bundles = installed.child("bundles").getRemote();
        String named = environment.get(BUNDLES);
        more.put(BUNDLES, named == null || named.isBlank() ? bundles : named + (unix ? ":" : ";") + bundles);
        if (!environment.containsKey(CACHE)) {
            more.put(CACHE, installed.sibling("native").getRemote());
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
                "-Dfile.encoding=UTF-8",
                "-cp",
                plugin + File.pathSeparator + libraries,
                MAIN
            };
        }
    }
}
