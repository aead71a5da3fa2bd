package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Result;
import hudson.model.StringParameterDefinition;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import io.jenkins.plugins.generatevideo.step.GenerateVideoBuilder;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Freestyle jobs that make clips on an agent. */
@WithJenkins
class FreestyleIT {
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
    void makesAndArchivesAClipFromItsParameters() throws Exception {
        GenerateVideoBuilder builder = quick("a ${COLOUR} ball");
        builder.setSeed("$BUILD_NUMBER");
        builder.setOutput("clips/$COLOUR");
        FreeStyleProject job = job(builder);
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("COLOUR", "green")));
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job);

        Clip clip = build.getAction(ClipsAction.class).getClips().get(0);
        assertThat(clip.getPrompt()).isEqualTo("a green ball");
        assertThat(clip.getSeed()).isEqualTo(1);
        assertThat(clip.getPath()).isEqualTo("clips/green/clip.mp4");
        assertThat(build.getArtifacts())
                .extracting(artifact -> artifact.relativePath)
                .containsExactlyInAnyOrder(
                        "clips/green/clip.mp4",
                        "clips/green/clip.json",
                        "clips/green/poster.jpg",
                        "clips/green/contact-sheet.jpg");
        FilePath workspace = build.getWorkspace();
        assertThat(workspace.exists() ? workspace.list() : List.of()).isEmpty();
        assertThat(Quick.processes(agent)).isEmpty();
    }

    @Test
    void makesTakes() throws Exception {
        GenerateVideoBuilder builder = quick("a red ball");
        builder.setSeed("5");
        builder.setTakes(2);
        FreeStyleBuild build = jenkins.buildAndAssertSuccess(job(builder));
        assertThat(build.getAction(ClipsAction.class).getClips())
                .extracting(Clip::getSeed)
                .containsExactly(5L, 6L);
    }

    @Test
    void refusesAWrongSeedWithASentence() throws Exception {
        GenerateVideoBuilder builder = quick("a red ball");
        builder.setSeed("soon");
        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job(builder));
        jenkins.assertLogContains("The seed \"soon\" is not a whole number", build);
        assertThat(JenkinsRule.getLog(build)).doesNotContain("\tat ");
    }

    private static GenerateVideoBuilder quick(String prompt) {
        GenerateVideoBuilder builder = new GenerateVideoBuilder(prompt);
        builder.setDuration(Quick.DURATION);
        builder.setFps(Quick.FPS);
        builder.setQuality(Quick.QUALITY);
        return builder;
    }

    private static FreeStyleProject job(GenerateVideoBuilder builder) throws Exception {
        FreeStyleProject job = jenkins.createFreeStyleProject();
        job.setAssignedNode(agent);
        job.getBuildersList().add(builder);
        return job;
    }
}
