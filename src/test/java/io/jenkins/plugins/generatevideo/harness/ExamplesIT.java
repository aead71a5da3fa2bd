package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.StringParameterValue;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The Jenkinsfile of this repository and the jobs in {@code docs/examples}, run as they stand. */
@WithJenkins
class ExamplesIT {
    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule started) throws Exception {
        jenkins = started;
        DumbSlave agent = jenkins.createOnlineSlave(Label.get("video"));
        Quick.setExecutors(jenkins, agent, 2);
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @Test
    void jenkinsfileMakesAClipForEveryMarket() throws Exception {
        WorkflowJob job = job("Jenkinsfile");
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        assertThat(paths(run)).containsExactlyInAnyOrder("clips/en/clip.mp4", "clips/zh/clip.mp4");
        Path list = run.getArtifactsDir().toPath().resolve("clips.csv");
        assertThat(Files.readAllLines(list))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("en,clips/en/clip.mp4,42,"))
                .anyMatch(line -> line.startsWith("zh,clips/zh/clip.mp4,42,"));

        WorkflowRun one = jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("LANGUAGE", "zh"))));
        assertThat(paths(one)).containsExactly("clips/zh/clip.mp4");
        assertThat(digest(one, "clips/zh/clip.mp4"))
                .as("the same request gives the same frames")
                .isEqualTo(digest(run, "clips/zh/clip.mp4"));

        WorkflowRun none = jenkins.assertBuildStatus(
                Result.FAILURE,
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("LANGUAGE", "fr"))));
        jenkins.assertLogContains("There is no prompt for [fr]", none);
    }

    @Test
    void singleClip() throws Exception {
        assertThat(paths(jenkins.buildAndAssertSuccess(job("docs/examples/single-clip.Jenkinsfile"))))
                .containsExactly("generated-video/clip.mp4");
    }

    @Test
    void storyboard() throws Exception {
        assertThat(paths(jenkins.buildAndAssertSuccess(job("docs/examples/storyboard.Jenkinsfile"))))
                .hasSize(6)
                .contains("storyboard/01-opening-1/clip.mp4", "storyboard/03-arrival-2/clip.mp4");
    }

    @Test
    void markets() throws Exception {
        assertThat(paths(jenkins.buildAndAssertSuccess(job("docs/examples/markets.Jenkinsfile"))))
                .containsExactlyInAnyOrder(
                        "clips/en/standard/clip.mp4",
                        "clips/en/cached/clip.mp4",
                        "clips/zh/standard/clip.mp4",
                        "clips/zh/cached/clip.mp4");
    }

    @Test
    void nightlyRegression() throws Exception {
        WorkflowJob job = job("docs/examples/nightly-regression.Jenkinsfile");
        WorkflowRun first = jenkins.buildAndAssertSuccess(job);
        assertThat(paths(first)).containsExactly("golden/ball/clip.mp4", "golden/star/clip.mp4");
        WorkflowRun second = jenkins.buildAndAssertSuccess(job);
        jenkins.assertLogContains("2 identical", second);
    }

    @Test
    void freestyle() throws Exception {
        FreeStyleProject job;
        try (InputStream xml = Files.newInputStream(Path.of("docs/examples/freestyle.xml"))) {
            job = (FreeStyleProject) jenkins.jenkins.createProjectFromXML("freestyle", xml);
        }
        Clip clip = jenkins.buildAndAssertSuccess(job)
                .getAction(ClipsAction.class)
                .getClips()
                .get(0);
        assertThat(clip.getPrompt()).isEqualTo("a green ring flies from right to left through the night sky");
        assertThat(clip.getSeed()).isEqualTo(1);
    }

    private static WorkflowJob job(String file) throws Exception {
        String name = file.replaceAll(".*/|\\.Jenkinsfile", "");
        return Quick.pipeline(jenkins, name, Files.readString(Path.of(file)));
    }

    private static List<String> paths(Run<?, ?> run) {
        return run.getAction(ClipsAction.class).getClips().stream()
                .map(Clip::getPath)
                .toList();
    }

    private static String digest(Run<?, ?> run, String path) {
        return run.getAction(ClipsAction.class).getClips().stream()
                .filter(clip -> clip.getPath().equals(path))
                .findFirst()
                .orElseThrow()
                .getFrameDigest();
    }
}
