package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.Util;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import jenkins.security.MasterToSlaveCallable;

/** The command line that starts the installed executor with the agent's own Java. */
public final class ExecutorCommand {
    /** Read by the executor: the folder for what it unpacks once and for the places of its admission. */
    private static final String CACHE = "GENERATE_VIDEO_CACHE";

    /** Read by the executor: the folder for finished clips, scene templates and prompt embeddings. */
    private static final String RESULTS = "GENERATE_VIDEO_RESULTS";

    /** Read by ONNX Runtime, which otherwise reports to its makers. */
    private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

    private static final String MAIN = "io.jenkins.plugins.generatevideo.executor.cli.GenerateVideo";

    private final List<String> line;
    private final FilePath installed;

    private ExecutorCommand(List<String> line, FilePath installed) {
        this.line = line;
        this.installed = installed;
    }

    /**
     * Asks the agent how Java is started there.
     *
     * @param installed the executor's folder on the agent, see {@link ExecutorCache#install}
     * @param javaOptions of the process, which stand before the options of every process
     * @param arguments what the executor is asked to do
     */
    public static ExecutorCommand of(FilePath installed, List<String> javaOptions, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(installed.act(new Start(installed.getRemote(), javaOptions))));
        line.addAll(arguments);
        return new ExecutorCommand(line, installed);
    }

    /** The whole command: the agent's Java, its options, the main class, then the arguments. */
    public List<String> line() {
        return line;
    }

    /** The executor's folder on the agent. */
    public FilePath installed() {
        return installed;
    }

    /**
     * What the executor's process needs in its environment besides {@code environment}: where it keeps what it unpacks,
     * that it reports to nobody, and a locale in which it reads file names.
     */
    public Map<String, String> environment(Map<String, String> environment) {
        Map<String, String> more = new TreeMap<>();
        more.put(CACHE, cache(installed, environment).getRemote());
        if (!environment.containsKey(NO_TELEMETRY)) {
            more.put(NO_TELEMETRY, "1");
        }
        if (!environment.containsKey(RESULTS)) {
            more.put(RESULTS, beside(installed, "results").getRemote());
        }
        if (Stream.of("LC_ALL", "LC_CTYPE", "LANG").noneMatch(environment::containsKey)) {
            more.put("LC_ALL", "C.UTF-8");
        }
        return more;
    }

    /**
     * The executor's cache folder on the agent; it need not exist.
     *
     * @param installed the executor's folder
     * @param environment of the build, which may name another than the one beside it
     */
    public static FilePath cache(FilePath installed, Map<String, String> environment) {
        String named = Util.fixEmptyAndTrim(environment.get(CACHE));
        return named == null ? beside(installed, "native") : new FilePath(installed.getChannel(), named);
    }

    private static FilePath beside(FilePath installed, String name) {
        return Objects.requireNonNull(installed.sibling(name), "the executor's folder lies in a folder");
    }

    /** As launchers take an argument or a variable's value: they expand variables in both, unless the sign is doubled. */
    static String escaped(String text) {
        return text.replace("$", "$$");
    }

    private static final class Start extends MasterToSlaveCallable<String[], RuntimeException> {
        private static final long serialVersionUID = 1L;

        private final String folder;
        private final String[] javaOptions;

        Start(String folder, List<String> javaOptions) {
            this.folder = folder;
            this.javaOptions = javaOptions.toArray(String[]::new);
        }

        @Override
        public String[] call() {
            String java = String.join(File.separator, System.getProperty("java.home"), "bin", "java");
            String plugin = String.join(File.separator, folder, "lib", "generate-video.jar");
            String libraries = String.join(File.separator, folder, "executor", "*");
            List<String> command = new ArrayList<>(List.of(java));
            command.addAll(List.of(javaOptions));
            command.addAll(ClassArchive.options(folder));
            command.addAll(List.of(
                    "-Xshare:auto",
                    "-XX:+UseSerialGC",
                    "-Dfile.encoding=UTF-8",
                    "-Dgenerate-video.bundles=" + String.join(File.separator, folder, "bundles"),
                    "-cp",
                    plugin + File.pathSeparator + libraries,
                    MAIN));
            return command.toArray(String[]::new);
        }
    }
}
