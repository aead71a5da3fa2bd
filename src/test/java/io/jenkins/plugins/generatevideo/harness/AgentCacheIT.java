package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.FilePath;
import hudson.model.Label;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The executor on an agent: copied once for each version, and removed when nobody uses it any more. */
@WithJenkins
class AgentCacheIT {
    private static final String COPYING = "Copying the video executor";

    private JenkinsRule jenkins;
    private DumbSlave agent;
    private FilePath cache;

    @BeforeEach
    void start(JenkinsRule started) throws Exception {
        jenkins = started;
        agent = jenkins.createOnlineSlave(Label.get("video"));
        cache = agent.getRootPath().child("caches/generate-video");
    }

    @Test
    void removesWhatNobodyUsesAnyMore() throws Exception {
        GenerateVideoConfiguration.get().setCacheDays(7);
        FilePath old = executor("0".repeat(64), 8);
        FilePath recent = executor("1".repeat(64), 6);
        FilePath broken = executor("arriving123", 8);
        FilePath foreign = executor("notes", 8);

        WorkflowJob job = Quick.redBall(jenkins, "clip", Quick.CLIP);
        jenkins.assertLogContains(COPYING, jenkins.buildAndAssertSuccess(job));
        assertThat(old.exists()).as("an old version").isFalse();
        assertThat(broken.exists()).as("a copy that never arrived").isFalse();
        assertThat(recent.exists()).as("a version of last week").isTrue();
        assertThat(foreign.exists()).as("what is not ours").isTrue();

        jenkins.assertLogNotContains(COPYING, jenkins.buildAndAssertSuccess(job));
    }

    @Test
    void holdsOneCopyWhenBuildsArriveAtOnce() throws Exception {
        Quick.setExecutors(jenkins, agent, 3);
        WorkflowRun[] runs = new WorkflowRun[3];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = Quick.redBall(jenkins, "clip" + i, Quick.CLIP)
                    .scheduleBuild2(0)
                    .waitForStart();
        }
        for (WorkflowRun run : runs) {
            jenkins.assertBuildStatusSuccess(jenkins.waitForCompletion(run));
        }
        assertThat(cache.listDirectories().stream().map(FilePath::getName))
                .filteredOn(name -> !List.of("native", "results").contains(name))
                .singleElement()
                .satisfies(name -> assertThat(name).matches("[0-9a-f]{64}"));
    }

    private FilePath executor(String name, int days) throws Exception {
        FilePath folder = cache.child(name);
        long then = System.currentTimeMillis() - TimeUnit.DAYS.toMillis(days);
        folder.child("lib").mkdirs();
        folder.child("used").touch(then);
        folder.touch(then);
        return folder;
    }
}
