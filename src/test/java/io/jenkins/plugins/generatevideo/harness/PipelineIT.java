package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.Label;
import hudson.model.Result;
import hudson.slaves.DumbSlave;
import hudson.tasks.Fingerprinter;
import io.jenkins.plugins.generatevideo.report.Clip;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
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

/** Pipelines that make clips on an agent, with the executor and the bundle of the packed plugin. */
@WithJenkins
class PipelineIT {
    private static final List<String> FILES = List.of("clip.mp4", "clip.json", "poster.jpg", "contact-sheet.jpg");

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
    void makesAndArchivesAClipOnAnAgent() throws Exception {
        WorkflowJob job = Quick.pipeline(jenkins, "clip", """
                node('video') {
                    def clip = generateVideo prompt: 'a red ball rolls over a meadow', seed: 42, %s
                    echo "made ${clip.path}, ${clip.mode}, seed ${clip.seed}, ${clip.duration} s, ${clip.frameDigest}"
                }
                """.formatted(Quick.CLIP));
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);

        Clip clip = run.getAction(ClipsAction.class).getClips().get(0);
        assertThat(clip.getPrompt()).isEqualTo("a red ball rolls over a meadow");
        assertThat(clip.getFrames()).isEqualTo(9);
        jenkins.assertLogContains(
                "made generated-video/clip.mp4, preview, seed 42, 0.375 s, " + clip.getFrameDigest(), run);
        Path archived = run.getArtifactsDir().toPath().resolve("generated-video");
        for (String file : FILES) {
            assertThat(archived.resolve(file)).isNotEmptyFile();
        }
        assertThat(Files.readString(archived.resolve("clip.json"))).contains(clip.getFrameDigest());
        assertThat(run.getAction(Fingerprinter.FingerprintAction.class).getRecords())
                .as("fingerprints")
                .containsKey("generated-video/clip.mp4");
        FilePath workspace = agent.getWorkspaceFor(job);
        assertThat(workspace.exists() ? workspace.list() : List.of())
                .as("what is left in the workspace")
                .isEmpty();
        assertThat(workspace.sibling(workspace.getName() + "@tmp").list())
                .as("what is left beside the workspace")
                .isEmpty();
        assertThat(Quick.processes(agent)).isEmpty();
    }

    @Test
    void givesTheSameFramesForTheSameRequest() throws Exception {
        WorkflowJob job = Quick.redBall(jenkins, "again", Quick.CLIP);
        String first = digest(jenkins.buildAndAssertSuccess(job));
        assertThat(digest(jenkins.buildAndAssertSuccess(job))).isEqualTo(first);
    }

    @Test
    void makesTakesOfSeveralPromptsByName() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertSuccess(Quick.pipeline(jenkins, "markets", """
                node('video') {
                    def clips = generateVideo prompts: [en: 'a red ball', zh: '一个红色的球'], takes: 2, seed: 7, \
                        output: 'spring/clips', %s
                    clips.each { name, clip -> echo "${name} is ${clip.path} with seed ${clip.seed}" }
                }
                """.formatted(Quick.CLIP)));
        for (String expected : List.of(
                "en-1 is spring/clips/en-1/clip.mp4 with seed 7",
                "en-2 is spring/clips/en-2/clip.mp4 with seed 8",
                "zh-1 is spring/clips/zh-1/clip.mp4 with seed 7",
                "zh-2 is spring/clips/zh-2/clip.mp4 with seed 8")) {
            jenkins.assertLogContains(expected, run);
        }
        assertThat(run.getAction(ClipsAction.class).getClips())
                .extracting(Clip::getName)
                .containsExactly("en-1", "en-2", "zh-1", "zh-2");
    }

    @Test
    void makesClipsInParallelBranches() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertSuccess(Quick.pipeline(jenkins, "parallel", """
                node('video') {
                    parallel(['red', 'blue'].collectEntries { colour -> [colour, {
                        generateVideo prompt: "a ${colour} ball", output: "clips/${colour}", seed: 1, %s
                    }] })
                }
                """.formatted(Quick.CLIP)));
        assertThat(run.getAction(ClipsAction.class).getClips())
                .extracting(Clip::getPath)
                .containsExactlyInAnyOrder("clips/red/clip.mp4", "clips/blue/clip.mp4");
    }

    @Test
    void leavesAClipInTheWorkspaceWhenAskedTo() throws Exception {
        WorkflowJob job = Quick.redBall(jenkins, "kept", "archive: false, " + Quick.CLIP);
        WorkflowRun run = jenkins.buildAndAssertSuccess(job);
        assertThat(run.getArtifacts()).isEmpty();
        FilePath folder = agent.getWorkspaceFor(job).child("generated-video");
        for (String file : FILES) {
            assertThat(folder.child(file).length()).as(file).isPositive();
        }
    }

    @Test
    void refusesAWrongParameterBeforeItAsksTheAgent() throws Exception {
        WorkflowRun run =
                jenkins.buildAndAssertStatus(Result.FAILURE, Quick.redBall(jenkins, "refused", "quality: 101"));
        jenkins.assertLogContains("The quality is 101, but it goes from 0 (quickest) to 100 (best).", run);
        assertThat(agent.getWorkspaceFor(run.getParent()).sibling("refused@tmp").exists())
                .isFalse();
    }

    @Test
    void refusesWhatTheEmbeddedBundleCannotDoBeforeItAsksTheAgent() throws Exception {
        WorkflowRun run =
                jenkins.buildAndAssertStatus(Result.FAILURE, Quick.redBall(jenkins, "size", "size: '4096x4096'"));
        jenkins.assertLogContains("The engine bundle shapes cannot do the size 4096x4096: choose from 96x64.", run);
        assertThat(agent.getWorkspaceFor(run.getParent()).sibling("size@tmp").exists())
                .isFalse();
    }

    @Test
    void saysInTheLastLineWhatTheExecutorRefused() throws Exception {
        WorkflowRun run =
                jenkins.buildAndAssertStatus(Result.FAILURE, Quick.redBall(jenkins, "bundle", "bundle: 'forms'"));
        jenkins.assertLogContains("There is no engine bundle \"forms\"", run);
        assertThat(JenkinsRule.getLog(run)).doesNotContain("\tat ");
        assertThat(run.getAction(ClipsAction.class)).isNull();
    }

    @Test
    void makesAPromptOfShellAndGroovyTextAsItIs() throws Exception {
        String prompt = "a red ball $(touch stolen) `touch stolen` ${PATH} $HOME ; | & ' \\\" %PATH%";
        WorkflowRun run = jenkins.buildAndAssertSuccess(Quick.pipeline(
                jenkins,
                "shell",
                "node('video') { generateVideo prompt: '''"
                        + prompt.replace("\\", "\\\\").replace("'", "\\'") + "''', seed: 1, " + Quick.CLIP + " }"));
        assertThat(run.getAction(ClipsAction.class).getClips().get(0).getPrompt())
                .isEqualTo(prompt);
        assertThat(agent.getWorkspaceFor(run.getParent()).child("stolen").exists())
                .isFalse();
    }

    private static String digest(WorkflowRun run) {
        return run.getAction(ClipsAction.class).getClips().get(0).getFrameDigest();
    }
}
