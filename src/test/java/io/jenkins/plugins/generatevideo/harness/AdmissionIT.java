package io.jenkins.plugins.generatevideo.harness;

import hudson.model.Label;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import java.io.IOException;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Two builds on one agent that admits one generation at a time. */
@WithJenkins
class AdmissionIT {
    @Test
    void secondBuildWaitsAndSaysForWhat(JenkinsRule jenkins) throws Exception {
        DumbSlave agent = jenkins.createOnlineSlave(Label.get("video"));
        Quick.setExecutors(jenkins, agent, 2);
        GenerateVideoNodeProperty one = new GenerateVideoNodeProperty();
        one.setGenerationsAtATime(1);
        agent.getNodeProperties().add(one);
        jenkins.jenkins.updateNode(agent);

        WorkflowRun first =
                Quick.redBall(jenkins, "first", "duration: 2").scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage(": load ", first);
        ProcessHandle executor = Quick.processes(agent).stream()
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
        // It keeps its place for as long as the second build needs to arrive.
        signal("STOP", executor);
        WorkflowRun second =
                Quick.redBall(jenkins, "second", Quick.CLIP).scheduleBuild2(0).waitForStart();
        jenkins.waitForMessage("Waiting: 1 generation", second);
        signal("CONT", executor);

        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(first));
        jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(second));
        jenkins.assertLogNotContains("Waiting", first);
    }

    private static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }
}
