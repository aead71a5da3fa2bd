package io.jenkins.plugins.generatevideo.harness;

import hudson.model.Node;
import hudson.model.Slave;
import java.io.IOException;
import java.util.List;
import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;

/** What the official tests share: the quickest clip that can be had, Pipelines around it, and a look at its processes. */
final class Quick {
    /** The shortest clip of the embedded bundle, in the fewest steps: 9 frames, 24 a second, as parameters of a step. */
    static final String CLIP = "duration: 0.375, fps: 24, quality: 0";

    static final double DURATION = 0.375;
    static final int FPS = 24;
    static final int QUALITY = 0;

    /** Clips that take a minute and more, for what happens meanwhile. */
    static final String LONG = "takes: 20";

    /** A line of the log that shows that a clip is being made. */
    static final String IN_THE_MIDDLE = ": denoise ";

    private Quick() {}

    /** Gives an agent so many executors, at once. */
    static void setExecutors(JenkinsRule jenkins, Slave agent, int executors) throws IOException {
        agent.setNumExecutors(executors);
        // Only with the whole list of nodes does the computer of one learn what has changed.
        jenkins.jenkins.setNodes(jenkins.jenkins.getNodes());
    }

    /** A Pipeline job of this script, in the sandbox, as a user's would be. */
    static WorkflowJob pipeline(JenkinsRule jenkins, String name, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }

    /** A Pipeline that makes clips of a red ball with these parameters on an agent labelled {@code video}. */
    static WorkflowJob redBall(JenkinsRule jenkins, String name, String parameters) throws Exception {
        return pipeline(
                jenkins, name, "node('video') { generateVideo prompt: 'a red ball', seed: 1, " + parameters + " }");
    }

    /** The processes that steps have started on an agent of this machine. */
    static List<ProcessHandle> processes(Node agent) {
        return processes(agent.getRootPath().getRemote());
    }

    /** The same for the agent with this root folder. */
    static List<ProcessHandle> processes(String agentRoot) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        command(process).contains(agentRoot) && command(process).contains("generate-video"))
                // What the agent can run is asked whenever it connects, whatever builds do.
                .filter(process -> !command(process).contains(" doctor"))
                .toList();
    }

    /** The whole command of a process; empty if it has ended. */
    static String command(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }
}
