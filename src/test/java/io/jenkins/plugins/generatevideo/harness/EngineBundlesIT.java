package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import hudson.FilePath;
import hudson.model.Label;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.tasks.Fingerprinter.FingerprintAction;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleArchive;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.FileDigest;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Engine bundles that come with neither the plugin nor a library of the agent. */
@WithJenkins
class EngineBundlesIT {
    private static final String BRINGING = "Bringing the engine bundle artifact:/models#1/tiny.tar.zst";

    @TempDir
    static Path folder;

    private static JenkinsRule jenkins;
    private static DumbSlave agent;
    private static Path archive;

    @BeforeAll
    static void start(JenkinsRule started) throws Exception {
        jenkins = started;
        agent = jenkins.createOnlineSlave(Label.get("video"));
        archive = folder.resolve("tiny.tar.zst");
        BundleArchive.pack(EngineBundle.open(TinyBundle.write(folder)), archive, ProgressListener.NONE);
        WorkflowJob models = Quick.pipeline(jenkins, "models", """
                node('video') {
                    archiveArtifacts 'tiny.tar.zst'
                    generateVideo prompt: 'a red ball', seed: 1, bundle: 'artifact:tiny.tar.zst'
                }
                """);
        FilePath workspace = agent.getWorkspaceFor(models);
        workspace.mkdirs();
        workspace.child("tiny.tar.zst").copyFrom(archive.toUri().toURL());
        jenkins.assertLogContains(BRINGING, jenkins.buildAndAssertSuccess(models));
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @Test
    void anArtifactOfAnotherBuildIsBroughtOnce() throws Exception {
        WorkflowRun run =
                jenkins.buildAndAssertSuccess(clip("artifact", "artifact:models#lastSuccessfulBuild/tiny.tar.zst"));
        // The build of the models has used it already.
        jenkins.assertLogNotContains(BRINGING, run);
        jenkins.assertLogContains("9 frames, seed 1", run);
        jenkins.assertLogContains("again with artifact:/models#1/tiny.tar.zst", run);
    }

    @Test
    void anAddressIsFetchedAndItsDigestChecked() throws Exception {
        String digest = FileDigest.of(archive, length -> {});
        jenkins.buildAndAssertSuccess(clip("address", archive.toUri() + "#sha256=" + digest));
        WorkflowRun wrong = jenkins.buildAndAssertStatus(
                Result.FAILURE, clip("wrong", archive.toUri() + "#sha256=" + "0".repeat(64)));
        jenkins.assertLogContains("has another digest than was asked for", wrong);
    }

    @Test
    void whatIsNotThereIsSaidBeforeAnAgentIsAsked() throws Exception {
        jenkins.assertLogContains(
                "There is no artifact \"other.tar.zst\" in models #1",
                jenkins.buildAndAssertStatus(Result.FAILURE, clip("missing", "artifact:models#1/other.tar.zst")));
        jenkins.assertLogContains(
                "There is no job \"nobody\"",
                jenkins.buildAndAssertStatus(Result.FAILURE, clip("nobody", "artifact:nobody#1/x.tar.zst")));
    }

    @Test
    void everyClipOfABuildKeepsItsFingerprints() throws Exception {
        WorkflowJob job = Quick.redBall(jenkins, "takes", "takes: 2, " + Quick.CLIP);
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        assertThat(run.getActions(FingerprintAction.class))
                .singleElement()
                .satisfies(action -> assertThat(action.getRecords())
                        .containsKeys("generated-video/1/clip.mp4", "generated-video/2/clip.mp4")
                        .hasSize(8));
    }

    @Test
    void compilingSaysWhatTheMachineLacks() throws Exception {
        assumeFalse(Files.exists(Path.of("/dev/nvidia0")), "this machine has a GPU");
        WorkflowJob job = Quick.pipeline(jenkins, "compile", "node('video') { compileVideoEngines bundle: 'shapes' }");
        WorkflowRun run = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        jenkins.assertLogContains("exit code 4: generate-video: There is no NVIDIA driver on this machine", run);
    }

    private static WorkflowJob clip(String name, String bundle) throws Exception {
        return Quick.pipeline(jenkins, name, """
                node('video') {
                    def clip = generateVideo prompt: 'a red ball', seed: 1, bundle: '%s'
                    echo "again with ${clip.bundle}"
                }
                """.formatted(bundle));
    }
}
