package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import hudson.EnvVars;
import hudson.model.Label;
import hudson.model.labels.LabelAtom;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import io.jenkins.plugins.generatevideo.config.Machines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What is known of an agent's machine; a program in the place of {@code nvidia-smi} stands for its GPU. */
@WithJenkins
class MachineIT {
    @TempDir
    Path folder;

    private JenkinsRule jenkins;
    private DumbSlave agent;

    @BeforeEach
    void start(JenkinsRule started) throws Exception {
        jenkins = started;
        Path program = Files.writeString(
                folder.resolve("nvidia-smi"), "#!/bin/sh\necho 'NVIDIA H200, 143771, 580.65.06, 9.0'\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        agent = jenkins.createOnlineSlave(
                Label.get("video"), new EnvVars("PATH", folder + ":" + System.getenv("PATH")));
    }

    @Test
    void anAgentThatIsAskedGetsLabelsAndAPage() throws Exception {
        GenerateVideoNodeProperty property = new GenerateVideoNodeProperty();
        property.setInspection("always");
        agent.getNodeProperties().add(property);
        // As saving the node's form does.
        jenkins.jenkins.setNodes(jenkins.jenkins.getNodes());
        awaitFacts();
        assertThat(Label.get("gpu-h200").getNodes()).containsExactly(agent);

        JenkinsRule.WebClient browser = jenkins.createWebClient();
        assertThat(browser.goTo("computer/" + agent.getNodeName() + "/generate-video/")
                        .asNormalizedText())
                .contains("NVIDIA H200, 150.8 GB", "580.65.06", "gpu-h200", "ONNX Runtime");
        assertThat(browser.goTo("computer/" + agent.getNodeName() + "/").asNormalizedText())
                .contains("NVIDIA H200, 150.8 GB");

        property.setInspection("never");
        assertThat(agent.getAssignedLabels()).doesNotContain(new LabelAtom("gpu"));
    }

    @Test
    void anAgentIsAskedOnceAStepHasUsedIt() throws Exception {
        assertThat(Machines.get().facts(agent)).isNull();
        jenkins.buildAndAssertSuccess(Quick.redBall(jenkins, "clip", Quick.CLIP));
        awaitFacts();
        WorkflowJob job = Quick.pipeline(jenkins, "labelled", "node('gpu && gpu-h200') { echo 'found' }");
        jenkins.assertLogContains("found", jenkins.buildAndAssertSuccess(job));
    }

    @Test
    void nobodyIsAskedWhereThatIsSwitchedOff() throws Exception {
        GenerateVideoConfiguration.get().setInspection("never");
        jenkins.buildAndAssertSuccess(Quick.redBall(jenkins, "clip", Quick.CLIP));
        Thread.sleep(2_000);
        assertThat(Machines.get().facts(agent)).isNull();
        assertThat(jenkins.createWebClient()
                        .goTo("computer/" + agent.getNodeName() + "/generate-video/")
                        .asNormalizedText())
                .contains("has not been asked");
    }

    private void awaitFacts() {
        await().atMost(Duration.ofMinutes(3)).until(() -> Machines.get().facts(agent) != null);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> agent.getAssignedLabels().contains(new LabelAtom("gpu")));
    }
}
