package io.jenkins.plugins.generatevideo.harness;

import org.jenkinsci.plugins.workflow.cps.CpsFlowDefinition;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jvnet.hudson.test.JenkinsRule;

/** What the official tests share: the quickest clip that can be had, and jobs around it. */
final class Quick {
    /** The shortest clip of the embedded bundle, in the fewest steps: 9 frames of 24 a second, as parameters of a step. */
    static final String CLIP = "duration: 0.375, fps: 24, quality: 0";

    /** A clip that takes the better part of a minute, for what happens meanwhile. */
    static final String LONG = "takes: 30, quality: 100";

    private Quick() {}

    /** A Pipeline job of this script, in the sandbox, as a user's would be. */
    static WorkflowJob pipeline(JenkinsRule jenkins, String name, String script) throws Exception {
        WorkflowJob job = jenkins.createProject(WorkflowJob.class, name);
        job.setDefinition(new CpsFlowDefinition(script, true));
        return job;
    }
}
