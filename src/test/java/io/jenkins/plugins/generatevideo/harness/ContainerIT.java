package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hudson.Launcher;
import hudson.LauncherDecorator;
import hudson.Proc;
import hudson.model.Label;
import hudson.model.Node;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/**
 * Steps whose processes start elsewhere, as in a container: in a mount namespace of their own, which sees neither the
 * executor on the agent nor the agent's Java. Takes the right to make one; there is no container engine in the tests.
 */
@WithJenkins
class ContainerIT {
    /** In the environment of a step: what its processes begin with. */
    private static final String ENTER = "ENTER_CONTAINER";

    @TempDir
    Path folder;

    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void start(JenkinsRule started) throws Exception {
        Process tried = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "none", folder.toString()).start();
        assumeTrue(tried.waitFor(20, TimeUnit.SECONDS) && tried.exitValue() == 0, "no mount namespaces here");
        jenkins = started;
        agent = jenkins.createOnlineSlave(Label.get("video"));
        agent.getRootPath().child("caches").mkdirs();
    }

    @Test
    void runsWithTheJavaOfTheContainerAndACopyBesideTheWorkspace() throws Exception {
        Path java = Files.createDirectory(folder.resolve("java"));
        WorkflowRun run = jenkins.buildAndAssertSuccess(Quick.pipeline(jenkins, "clip", """
                node('video') {
                    withEnv(['%s=mount --bind %s %s && %s', 'JAVA_HOME=%s']) {
                        generateVideo prompt: 'a red ball', seed: 1, %s
                    }
                }
                """.formatted(
                        ENTER, System.getProperty("java.home"), java, hidden(), java, Quick.CLIP)));
        jenkins.assertLogContains("9 frames, seed 1", run);
        assertThat(agent.getWorkspaceRoot().list("*@tmp/caches/generate-video/*/lib/generate-video.jar"))
                .hasSize(1);
    }

    @Test
    void saysThatTheContainerHasNoJava() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE, Quick.pipeline(jenkins, "clip", """
                node('video') {
                    withEnv(['%s=%s', 'JAVA_HOME=', 'PATH=/nowhere']) { generateVideo prompt: 'a red ball', seed: 1 }
                }
                """.formatted(ENTER, hidden())));
        jenkins.assertLogContains("has no Java; use an image with Java 17", run);
    }

    /** Covers what a container would not see. */
    private String hidden() {
        String caches = agent.getRootPath().child("caches").getRemote();
        return "mount -t tmpfs none " + caches + " && mount -t tmpfs none " + System.getProperty("java.home");
    }

    /** Lets a launcher enter the container first, as those of Docker and Kubernetes do. */
    @TestExtension
    public static final class Entrance extends LauncherDecorator {
        @Override
        public Launcher decorate(Launcher launcher, Node node) {
            return new Launcher.DecoratedLauncher(launcher) {
                @Override
                public Proc launch(ProcStarter starter) throws IOException {
                    Arrays.stream(starter.envs())
                            .filter(variable -> variable.startsWith(ENTER + "="))
                            .map(variable -> variable.substring(ENTER.length() + 1))
                            .findFirst()
                            .ifPresent(mounts -> {
                                List<String> command = new ArrayList<>(List.of(
                                        "/usr/bin/unshare",
                                        "-m",
                                        "/bin/sh",
                                        "-c",
                                        "p=$$PATH; PATH=/usr/bin:/bin:/usr/sbin:/sbin; " + mounts
                                                + " && PATH=$$p && exec /bin/\"$$@\"",
                                        "sh"));
                                command.addAll(starter.cmds());
                                starter.cmds(command);
                            });
                    return super.launch(starter);
                }
            };
        }
    }
}
