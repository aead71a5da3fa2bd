package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.FilePath;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.step.GenerateVideoBuilder;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What an abort leaves: no process after five seconds, and no file. */
@WithJenkins
class AbortIT {
    private static final Duration PROMISED = Duration.ofSeconds(5);

    private static JenkinsRule jenkins;
    private static DumbSlave agent;

    @BeforeAll
    static void start(JenkinsRule started) throws Exception {
        jenkins = started;
        agent = jenkins.createOnlineSlave(Label.get("video"));
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @Test
    void pipelineLeavesNothingBehind() throws Exception {
        WorkflowRun run =
                Quick.redBall(jenkins, "pipeline", Quick.LONG).scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage(Quick.IN_THE_MIDDLE, run);
        assertThat(Quick.processes(agent)).isNotEmpty();
        run.doStop();
        expectNothingBehind(run, agent.getWorkspaceFor(run.getParent()));
    }

    @Test
    void freestyleBuildLeavesNothingBehind() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("freestyle");
        job.setAssignedNode(agent);
        GenerateVideoBuilder builder = new GenerateVideoBuilder("a red ball");
        builder.setTakes(20);
        job.getBuildersList().add(builder);
        FreeStyleBuild build = job.scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage(Quick.IN_THE_MIDDLE, build);
        assertThat(Quick.processes(agent)).isNotEmpty();
        build.doStop();
        expectNothingBehind(build, agent.getWorkspaceFor(job));
    }

    @Test
    void timeLimitEndsTheStepWithASentence() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertStatus(
                Result.FAILURE, Quick.redBall(jenkins, "limit", "timeLimit: 5, " + Quick.LONG));
        jenkins.assertLogContains("the time limit has been reached", run);
        await().atMost(PROMISED).until(() -> Quick.processes(agent).isEmpty());
    }

    @Test
    void onlyTheStoppedBranchEnds() throws Exception {
        WorkflowRun run = Quick.pipeline(jenkins, "branches", """
                        node('video') {
                            parallel stopped: {
                                timeout(time: 5, unit: 'SECONDS') {
                                    generateVideo prompt: 'a red ball', output: 'stopped', %s
                                }
                            }, kept: {
                                generateVideo prompt: 'a blue ball', output: 'kept', %s
                            }
                        }
                        """.formatted(Quick.LONG, Quick.CLIP))
                .scheduleBuild2(0)
                .get();
        jenkins.assertBuildStatus(Result.ABORTED, run);
        assertThat(run.getArtifacts())
                .extracting(artifact -> ((Run<?, ?>.Artifact) artifact).relativePath)
                .contains("kept/clip.mp4");
        await().atMost(PROMISED).until(() -> Quick.processes(agent).isEmpty());
    }

    private static void expectNothingBehind(Run<?, ?> run, FilePath workspace) throws Exception {
        await().atMost(PROMISED).until(() -> Quick.processes(agent).isEmpty());
        jenkins.assertBuildStatus(Result.ABORTED, jenkins.waitForCompletion(run));
        assertThat(run.getArtifacts())
                .as("no half clip")
                .allSatisfy(artifact -> assertThat(artifact.getFileSize()).isPositive());
        FilePath temporary = workspace.sibling(workspace.getName() + "@tmp");
        await().until(() -> temporary.list().isEmpty());
    }
}
