package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.report.ApprovedBaseline;
import io.jenkins.plugins.generatevideo.report.Comparison;
import io.jenkins.plugins.generatevideo.report.ComparisonAction;
import io.jenkins.plugins.generatevideo.step.CompareVideosBuilder;
import io.jenkins.plugins.generatevideo.step.GenerateVideoBuilder;
import java.nio.file.Files;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.actions.WarningAction;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.graph.FlowGraphWalker;
import org.jenkinsci.plugins.workflow.graph.FlowNode;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Builds that compare their clips, made and compared by the executor of the packed plugin on an agent. */
@WithJenkins
class CompareVideosIT {
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

    /** A job that makes a clip from the build's seed and compares it. */
    private static WorkflowJob job(String name, String comparison) throws Exception {
        WorkflowJob job = Quick.pipeline(jenkins, name, """
                node('video') {
                    stage('Generate') { generateVideo prompt: 'a red ball', seed: params.SEED as long, %s }
                    stage('Compare') {
                        def verdict = compareVideos %s
                        echo "verdict: ${verdict.level}, ${verdict.verdict}, ${verdict.clips.keySet()}"
                    }
                }
                """.formatted(Quick.CLIP, comparison));
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("SEED", "1")));
        return job;
    }

    private static WorkflowRun build(WorkflowJob job, int seed, Result expected) throws Exception {
        return jenkins.assertBuildStatus(
                expected,
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("SEED", String.valueOf(seed)))));
    }

    private static Comparison comparison(WorkflowRun run) {
        return run.getAction(ComparisonAction.class).getComparisons().get(0);
    }

    @Test
    void aPlantedRegressionTurnsTheBuildUnstableAndItsPageShowsTheFrames() throws Exception {
        WorkflowJob job = job("regression", "minSsim: 0.97, unstableOnly: true, acceptFirst: true");
        build(job, 1, Result.SUCCESS);
        WorkflowRun same = build(job, 1, Result.SUCCESS);
        jenkins.assertLogContains("verdict: passed, identical, [generated-video]", same);

        WorkflowRun changed = build(job, 2, Result.UNSTABLE);
        jenkins.assertLogContains("verdict: unstable, changed, [generated-video]", changed);
        assertThat(comparison(changed).getClips().get(0).getCause()).isEqualTo("request");
        assertThat(warning(changed)).isNotNull();
        assertThat(warning(changed).getResult()).isEqualTo(Result.UNSTABLE);

        // What was found wanting is no baseline.
        WorkflowRun again = build(job, 1, Result.SUCCESS);
        assertThat(comparison(again).getBaselineNumber()).isEqualTo(2);

        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.getPage(changed, "comparison/");
            assertThat(page.querySelectorAll("video")).hasSize(1);
            assertThat(page.querySelectorAll("svg polyline")).hasSize(7);
            assertThat(page.asNormalizedText()).contains("request.seed", "ssim.mean");
            String picture = page.querySelectorAll("img.generate-video-worst")
                    .get(0)
                    .getAttributes()
                    .getNamedItem("src")
                    .getNodeValue();
            assertThat(browser.getPage(page.getFullyQualifiedUrl(picture))
                            .getWebResponse()
                            .getContentType())
                    .isEqualTo("image/png");
            assertThat(browser.getPage(job, "comparison/").asNormalizedText()).contains("#3", "#2", "#4");
            assertThat(browser.getPage(changed).asNormalizedText()).contains("1 beyond what is allowed");
        }
    }

    @Test
    void stageOnlyLeavesTheBuildAlone() throws Exception {
        WorkflowJob job = job("stage", "minSsim: 0.97, stageOnly: true, acceptFirst: true");
        build(job, 1, Result.SUCCESS);
        WorkflowRun changed = build(job, 2, Result.SUCCESS);
        assertThat(warning(changed).getResult()).isEqualTo(Result.FAILURE);
    }

    @Test
    void aPersonApprovesABaselineAndWithdrawsIt() throws Exception {
        WorkflowJob job = job("approved", "baseline: 'approved', minSsim: 0.97");
        WorkflowRun first = build(job, 1, Result.UNSTABLE);
        jenkins.assertLogContains("no build of this job has been approved", first);
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            jenkins.submit(browser.getPage(first, "clips/").getFormByName("approve"));
            assertThat(first.isKeepLog()).isTrue();
            assertThat(first.getAction(ApprovedBaseline.class).isApproved()).isTrue();
            assertThat(browser.getPage(first, "clips/").asNormalizedText()).contains("Approved as baseline by");

            assertThat(comparison(build(job, 1, Result.SUCCESS)).getBaselineNumber())
                    .isEqualTo(1);
            build(job, 2, Result.FAILURE);

            jenkins.submit(browser.getPage(first, "clips/").getFormByName("revoke"));
            assertThat(first.isKeepLog()).isFalse();
            assertThat(first.getAction(ApprovedBaseline.class).getDecisions()).hasSize(2);
        }
        jenkins.assertLogContains("no build of this job has been approved", build(job, 1, Result.UNSTABLE));
    }

    @Test
    void acceptsTheFirstBuildAsTheApprovedBaseline() throws Exception {
        WorkflowJob job = job("first", "baseline: 'approved', acceptFirst: true");
        WorkflowRun first = build(job, 1, Result.SUCCESS);
        assertThat(first.getAction(ApprovedBaseline.class).isApproved()).isTrue();
        assertThat(first.isKeepLog()).isTrue();
        assertThat(comparison(build(job, 1, Result.SUCCESS)).getBaselineNumber())
                .isEqualTo(1);
    }

    @Test
    void comparesWithGoldenFilesAndLeavesJunitXmlInTheWorkspace() throws Exception {
        WorkflowJob job = Quick.pipeline(jenkins, "golden", """
                node('video') {
                    generateVideo prompt: 'a red ball', seed: 1, archive: false, output: 'golden/en', %1$s
                    generateVideo prompts: [en: 'a red ball'], seed: 1, output: 'clips', %1$s
                    compareVideos baselineFiles: 'golden', clips: 'clips'
                }
                """.formatted(Quick.CLIP));
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        assertThat(comparison(run).getClips().get(0).getName()).isEqualTo("en");
        FilePath junit = agent.getWorkspaceFor(job).child("video-comparison/junit.xml");
        assertThat(junit.readToString()).contains("<testsuite name=\"en\"");
        assertThat(Files.readString(run.getArtifactsDir().toPath().resolve("video-comparison/junit.xml")))
                .isEqualTo(junit.readToString());
    }

    @Test
    void refusesWhatCannotBeBeforeItAsksTheAgent() throws Exception {
        jenkins.assertLogContains(
                "The least SSIM is 97.0, but it goes from 0 to 1, for example 0.97.",
                build(job("refused", "minSsim: 97"), 1, Result.FAILURE));
        jenkins.assertLogContains(
                "There is no job \"nowhere\" that this build may read",
                build(job("nowhere-to-read", "baselineJob: 'nowhere'"), 1, Result.FAILURE));
        jenkins.assertLogContains("has no build 99", build(job("number", "baseline: '99'"), 1, Result.FAILURE));
    }

    @Test
    void aFreestyleBuildComparesToo() throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject("freestyle");
        job.setAssignedLabel(Label.get("video"));
        GenerateVideoBuilder clip = new GenerateVideoBuilder("a red ball");
        clip.setSeed("$BUILD_NUMBER");
        clip.setDuration(Quick.DURATION);
        clip.setFps(Quick.FPS);
        clip.setQuality(Quick.QUALITY);
        job.getBuildersList().add(clip);
        CompareVideosBuilder comparison = new CompareVideosBuilder();
        comparison.setMinSsim(0.97);
        comparison.setUnstableOnly(true);
        comparison.setAcceptFirst(true);
        job.getBuildersList().add(comparison);
        jenkins.configRoundtrip(job);
        jenkins.assertEqualDataBoundBeans(comparison, job.getBuildersList().get(CompareVideosBuilder.class));
        jenkins.buildAndAssertSuccess(job);
        jenkins.buildAndAssertStatus(Result.UNSTABLE, job);
    }

    /** The warning on a node of the build's graph; null if there is none. */
    private static WarningAction warning(WorkflowRun run) {
        FlowExecution execution = run.getExecution();
        for (FlowNode node : new FlowGraphWalker(execution)) {
            WarningAction warning = node.getPersistentAction(WarningAction.class);
            if (warning != null) {
                return warning;
            }
        }
        return null;
    }
}
