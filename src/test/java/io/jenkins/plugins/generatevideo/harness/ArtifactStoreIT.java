package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.Launcher;
import hudson.model.BuildListener;
import hudson.model.FreeStyleBuild;
import hudson.model.FreeStyleProject;
import hudson.model.Label;
import hudson.model.Result;
import hudson.model.Run;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import io.jenkins.plugins.generatevideo.step.GenerateVideoBuilder;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import jenkins.model.ArtifactManager;
import jenkins.model.ArtifactManagerConfiguration;
import jenkins.model.ArtifactManagerFactory;
import jenkins.model.ArtifactManagerFactoryDescriptor;
import jenkins.util.VirtualFile;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** A store for artifacts that is elsewhere, and one that fails. */
@WithJenkins
class ArtifactStoreIT {
    private static final String REFUSAL = "The store answers 503 Service Unavailable";

    private static JenkinsRule jenkins;
    private static DumbSlave agent;

    @BeforeAll
    static void start(JenkinsRule started) throws Exception {
        jenkins = started;
        agent = jenkins.createOnlineSlave(Label.get("video"));
        ArtifactManagerConfiguration.get().getArtifactManagerFactories().add(new ElsewhereFactory());
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @BeforeEach
    void work() {
        Elsewhere.fails = false;
    }

    @Test
    void clipsGoToTheConfiguredStoreAndPlayFromThere() throws Exception {
        WorkflowRun run = jenkins.buildAndAssertSuccess(Quick.redBall(jenkins, "elsewhere", Quick.CLIP));
        assertThat(run.getArtifactsDir()).doesNotExist();
        assertThat(new File(run.getRootDir(), "elsewhere/generated-video/clip.mp4"))
                .isNotEmpty();
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            assertThat(browser.goTo(run.getUrl() + "artifact/generated-video/clip.mp4", "video/mp4")
                            .getWebResponse()
                            .getStatusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void pipelineKeepsTheClipThatTheStoreRefused() throws Exception {
        Elsewhere.fails = true;
        WorkflowJob job = Quick.redBall(jenkins, "pipeline", Quick.CLIP);
        expectKept(jenkins.buildAndAssertStatus(Result.FAILURE, job), agent.getWorkspaceFor(job));
    }

    @Test
    void freestyleBuildKeepsTheClipThatTheStoreRefused() throws Exception {
        Elsewhere.fails = true;
        FreeStyleProject job = jenkins.createFreeStyleProject("freestyle");
        job.setAssignedNode(agent);
        GenerateVideoBuilder builder = new GenerateVideoBuilder("a red ball");
        builder.setDuration(Quick.DURATION);
        builder.setFps(Quick.FPS);
        builder.setQuality(Quick.QUALITY);
        job.getBuildersList().add(builder);
        FreeStyleBuild build = jenkins.buildAndAssertStatus(Result.FAILURE, job);
        expectKept(build, agent.getWorkspaceFor(job));
    }

    private static void expectKept(Run<?, ?> run, FilePath workspace) throws Exception {
        FilePath kept = workspace.child("generated-video");
        jenkins.assertLogContains(REFUSAL, run);
        jenkins.assertLogContains(kept.getRemote(), run);
        for (String file : new String[] {"clip.mp4", "clip.json", "poster.jpg", "contact-sheet.jpg"}) {
            assertThat(kept.child(file).length()).as(file).isPositive();
        }
        assertThat(run.getAction(ClipsAction.class)).isNull();
        assertThat(workspace.sibling(workspace.getName() + "@tmp").list()).isEmpty();
        assertThat(Quick.processes(agent)).isEmpty();
    }

    /** Keeps artifacts in a folder of its own, or refuses them. */
    public static final class Elsewhere extends ArtifactManager {
        private static volatile boolean fails;

        private transient Run<?, ?> run;

        @Override
        public void onLoad(Run<?, ?> loaded) {
            run = loaded;
        }

        @Override
        public void archive(
                FilePath workspace, Launcher launcher, BuildListener listener, Map<String, String> artifacts)
                throws IOException, InterruptedException {
            if (fails) {
                throw new IOException(REFUSAL);
            }
            for (Map.Entry<String, String> artifact : artifacts.entrySet()) {
                workspace.child(artifact.getValue()).copyTo(new FilePath(folder()).child(artifact.getKey()));
            }
        }

        @Override
        public boolean delete() throws IOException, InterruptedException {
            boolean there = folder().exists();
            new FilePath(folder()).deleteRecursive();
            return there;
        }

        @Override
        public VirtualFile root() {
            return VirtualFile.forFile(folder());
        }

        private File folder() {
            return new File(run.getRootDir(), "elsewhere");
        }
    }

    /** Makes the store the one of every build. */
    public static final class ElsewhereFactory extends ArtifactManagerFactory {
        @Override
        public ArtifactManager managerFor(Run<?, ?> run) {
            Elsewhere store = new Elsewhere();
            store.onLoad(run);
            return store;
        }

        @TestExtension
        public static final class DescriptorImpl extends ArtifactManagerFactoryDescriptor {}
    }
}
