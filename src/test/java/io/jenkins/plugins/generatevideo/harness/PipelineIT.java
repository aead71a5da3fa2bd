package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Pipelines that make clips on an agent, with the executor and the bundle of the packed plugin. */
@WithJenkins
class PipelineIT {
    private static JenkinsRule jenkins;

    @BeforeAll
    static void start(JenkinsRule started) throws Exception {
        jenkins = started;
        jenkins.createOnlineSlave(Label.get("video"));
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @Test
    void makesAndArchivesAClipOnAnAgent() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertSuccess(Quick.pipeline(jenkins, "clip", """
                node('video') {
                    def clip = generateVideo prompt: 'a red ball rolls over a meadow', seed: 42, %s
                    echo "made ${clip.path}, seed ${clip.seed}, ${clip.duration} s, ${clip.frameDigest}"
                    sh 'ls -A'
                }
                """.formatted(Quick.CLIP)));
        Clip clip = run.getAction(ClipsAction.class).getClips().get(0);
        assertThat(clip.getSeed()).isEqualTo(42);
        assertThat(clip.getFrames()).isEqualTo(9);
        jenkins.assertLogContains("made generated-video/clip.mp4, seed 42, 0.375 s, " + clip.getFrameDigest(), run);
        Path archived = run.getArtifactsDir().toPath().resolve("generated-video");
        assertThat(archived.resolve("clip.mp4")).isNotEmptyFile();
        assertThat(Files.readString(archived.resolve("clip.json"))).contains(clip.getFrameDigest());
    }
}
