package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.model.Result;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.InboundAgentExtension;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * Generations that outlive the controller and the connection of their agent: a controller of its own process, and an agent
 * that connects to it.
 */
class RestartIT {
    private static final String EXECUTOR_DIRECTORY = "io.jenkins.plugins.generatevideo.agent.ExecutorPackage.directory";
    private static final String AGENT = "video";
    private static final int TAKES = 3;
    private static final String BUNDLE = "slow";

    /** Holds the embedded bundle with so many steps that a clip takes a while on any machine. */
    @TempDir
    private static Path library;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension()
            .javaOptions(
                    "-D" + EXECUTOR_DIRECTORY + "=" + System.getProperty(EXECUTOR_DIRECTORY),
                    "-Djenkins.test.timeout=600",
                    "-Dorg.jenkinsci.plugins.workflow.support.pickles.ExecutorPickle.timeoutForNodeMillis="
                            + Duration.ofMinutes(5).toMillis());

    @RegisterExtension
    private final InboundAgentExtension agents = new InboundAgentExtension();

    private final InboundAgentExtension.Options agent =
            InboundAgentExtension.Options.newBuilder().name(AGENT).label(AGENT).build();

    @BeforeAll
    static void makeBundle() throws IOException {
        Path bundle = Files.createDirectory(library.resolve(BUNDLE));
        try (Stream<Path> files = Files.list(Path.of("trt-engines", "shapes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, bundle.resolve(file.getFileName()));
            }
        }
        Path manifest = bundle.resolve("bundle.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"steps\": 50", "\"steps\": 300"));
    }

    @Test
    void generationGoesOnWhileTheControllerRestarts() throws Throwable {
        String root = startAgent();
        try (Watch watch = new Watch(root)) {
            jenkins.runRemotely(RestartIT::begin, library.toString());
            jenkins.stopJenkins();
            assertThat(Quick.processes(root))
                    .as("what runs while the controller is away")
                    .isNotEmpty();
            jenkins.startJenkins();
            jenkins.runRemotely(RestartIT::expectAllTakes);
            assertThat(watch.begun()).as("no generation began twice").hasSize(TAKES);
        }
        expectNothingBehind(root);
    }

    @Test
    void generationGoesOnWhenTheControllerWasKilled() throws Throwable {
        String root = startAgent();
        try (Watch watch = new Watch(root)) {
            jenkins.runRemotely(RestartIT::begin, library.toString());
            jenkins.stopJenkinsForcibly();
            jenkins.startJenkins();
            jenkins.runRemotely(RestartIT::expectAllTakes);
            assertThat(watch.begun()).as("no generation began twice").hasSize(TAKES);
        }
        expectNothingBehind(root);
    }

    @Test
    void generationGoesOnWhenTheAgentIsKilledAndComesBack() throws Throwable {
        String root = startAgent();
        try (Watch watch = new Watch(root)) {
            jenkins.runRemotely(RestartIT::begin, library.toString());
            agents.stop(jenkins, AGENT);
            assertThat(Quick.processes(root))
                    .as("what runs while the agent is away")
                    .isNotEmpty();
            jenkins.runRemotely(RestartIT::expectWaiting);
            agents.start(jenkins, agent);
            jenkins.runRemotely(RestartIT::expectAllTakes);
            assertThat(watch.begun()).as("no generation began twice").hasSize(TAKES);
        }
        expectNothingBehind(root);
    }

    @Test
    void buildCanBeStoppedWhileItsAgentIsAway() throws Throwable {
        String root = startAgent();
        jenkins.runRemotely(RestartIT::begin, library.toString());
        agents.stop(jenkins, AGENT);
        jenkins.runRemotely(RestartIT::expectWaiting);
        jenkins.runRemotely(RestartIT::stop);
    }

    private String startAgent() throws Throwable {
        jenkins.startJenkins();
        agents.createAgent(jenkins, agent);
        return jenkins.runRemotely(RestartIT::agentRoot);
    }

    private static String agentRoot(JenkinsRule rule) {
        return rule.jenkins.getNode(AGENT).getRootPath().getRemote();
    }

    private static void begin(JenkinsRule rule, String folder) throws Exception {
        GenerateVideoConfiguration.get().setEngineLibrary(folder);
        WorkflowRun run = Quick.redBall(rule, "clip", "bundle: '" + BUNDLE + "', takes: " + TAKES)
                .scheduleBuild2(0)
                .waitForStart();
        rule.waitForMessage(Quick.IN_THE_MIDDLE, run);
    }

    private static void expectWaiting(JenkinsRule rule) throws Exception {
        rule.waitForMessage("waiting for the agent \"" + AGENT + "\" to come back", run(rule));
    }

    private static void expectAllTakes(JenkinsRule rule) throws Exception {
        WorkflowRun run = rule.assertBuildStatusSuccess(rule.waitForCompletion(run(rule)));
        List<Clip> clips = run.getAction(ClipsAction.class).getClips();
        assertThat(clips).extracting(Clip::getSeed).containsExactly(1L, 2L, 3L);
        assertThat(run.getArtifacts()).hasSize(4 * TAKES);
        // The executor is where it was, and no clip was made twice.
        assertThat(JenkinsRule.getLog(run)).containsOnlyOnce("Copying the video executor");
        assertThat(JenkinsRule.getLog(run)).containsOnlyOnce("generated-video/1/clip.mp4");
    }

    private static void stop(JenkinsRule rule) throws Exception {
        WorkflowRun run = run(rule);
        run.doStop();
        rule.assertBuildStatus(Result.ABORTED, rule.waitForCompletion(run));
    }

    private static WorkflowRun run(JenkinsRule rule) {
        return rule.jenkins.getItemByFullName("clip", WorkflowJob.class).getLastBuild();
    }

    private static void expectNothingBehind(String root) {
        await().atMost(Duration.ofSeconds(10)).until(() -> Quick.processes(root).isEmpty());
    }

    /** Looks again and again which generations run on an agent, by the places of their output. */
    private static final class Watch implements AutoCloseable {
        private static final long PAUSE_MILLISECONDS = 300;
        private static final Pattern OUTPUT = Pattern.compile("--output (.+?)(?= --|$)");

        private final Set<String> begun = ConcurrentHashMap.newKeySet();
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

        Watch(String root) {
            timer.scheduleWithFixedDelay(() -> look(root), 0, PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS);
        }

        private void look(String root) {
            for (ProcessHandle process : Quick.processes(root)) {
                Matcher output = OUTPUT.matcher(Quick.command(process));
                if (output.find()) {
                    begun.add(output.group(1));
                }
            }
        }

        Set<String> begun() {
            return begun;
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }
}
