package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Label;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.User;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.htmlunit.HttpMethod;
import org.htmlunit.Page;
import org.htmlunit.WebRequest;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.jvnet.hudson.test.MockQueueItemAuthenticator;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** Who may see clips and who may change settings, where the permission for artifacts is a permission of its own. */
@WithJenkins
class PermissionsIT {
    static {
        // Read when Jenkins' class Run is loaded.
        System.setProperty("hudson.security.ArtifactsPermission", "true");
    }

    /** May read jobs, but no artifacts. */
    private static final String READER = "reader";

    /** May read jobs and artifacts. */
    private static final String VIEWER = "viewer";

    /** May configure jobs. */
    private static final String AUTHOR = "author";

    private static JenkinsRule jenkins;
    private static WorkflowJob job;
    private static WorkflowRun run;

    @BeforeAll
    static void makeAClip(JenkinsRule started) throws Exception {
        jenkins = started;
        jenkins.createOnlineSlave(Label.get("video"));
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(new MockAuthorizationStrategy()
                .grant(Jenkins.READ, Item.READ, Computer.BUILD)
                .everywhere()
                .to(READER, VIEWER, AUTHOR)
                .grant(Run.ARTIFACTS)
                .everywhere()
                .to(VIEWER)
                .grant(Item.CONFIGURE)
                .everywhere()
                .to(AUTHOR));
        job = Quick.redBall(jenkins, "gallery", Quick.CLIP);
        run = jenkins.buildAndAssertSuccess(job);
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @Test
    void whoMaySeeArtifactsSeesClips() throws Exception {
        assertThat(status(VIEWER, run.getUrl() + "clips/")).isEqualTo(200);
        assertThat(status(VIEWER, job.getUrl() + "clips/")).isEqualTo(200);
        assertThat(status(VIEWER, run.getUrl() + "artifact/generated-video/clip.mp4"))
                .isEqualTo(200);
        try (JenkinsRule.WebClient browser = browser(VIEWER)) {
            HtmlPage page = browser.goTo(run.getUrl());
            assertThat(page.querySelectorAll("img.generate-video-poster")).hasSize(1);
        }
    }

    @Test
    void whoMayNotSeesNothingOfThem() throws Exception {
        assertThat(status(READER, run.getUrl() + "clips/")).isEqualTo(403);
        assertThat(status(READER, job.getUrl() + "clips/")).isEqualTo(403);
        assertThat(status(READER, run.getUrl() + "artifact/generated-video/clip.mp4"))
                .isEqualTo(403);
        for (String address : new String[] {run.getUrl(), job.getUrl()}) {
            try (JenkinsRule.WebClient browser = browser(READER)) {
                assertThat(browser.goTo(address).getWebResponse().getContentAsString())
                        .as(address)
                        .doesNotContain("generate-video-poster", "/clips\"", "href=\"clips");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"checkPrompt?value=", "checkQuality?value=101", "checkSize?value=large", "checkSeed?value=x"})
    void fieldsAreCheckedForWhoeverMayReadJenkins(String check) throws Exception {
        // They look at nothing but the text itself.
        try (JenkinsRule.WebClient browser = browser(READER)) {
            for (String type : new String[] {"GenerateVideoStep", "GenerateVideoBuilder"}) {
                Page page = browser.goTo(
                        "descriptorByName/io.jenkins.plugins.generatevideo.step." + type + "/" + check, null);
                assertThat(page.getWebResponse().getContentAsString()).contains("class=\"error\"");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({READER + ", FAILURE", VIEWER + ", SUCCESS"})
    void aBuildComparesOnlyWithJobsWhoseArtifactsItsUserMaySee(String user, String result) throws Exception {
        String name = "compared-by-" + user;
        WorkflowJob comparing = Quick.pipeline(jenkins, name, """
                node('video') {
                    generateVideo prompt: 'a red ball', seed: 1, %s
                    compareVideos baselineJob: 'gallery'
                }
                """.formatted(Quick.CLIP));
        QueueItemAuthenticatorConfiguration.get()
                .getAuthenticators()
                .replace(new MockQueueItemAuthenticator()
                        .authenticate(name, User.getById(user, true).impersonate2()));
        WorkflowRun compared = jenkins.buildAndAssertStatus(Result.fromString(result), comparing);
        if (user.equals(READER)) {
            jenkins.assertLogContains("There is no job \"gallery\" that this build may read", compared);
        }
    }

    @Test
    void onlyAdministratorsChangeTheGlobalConfiguration() throws Exception {
        for (String user : new String[] {READER, AUTHOR}) {
            try (JenkinsRule.WebClient browser = browser(user)) {
                WebRequest request = new WebRequest(browser.createCrumbedUrl("configSubmit"), HttpMethod.POST);
                assertThat(browser.getPage(request).getWebResponse().getStatusCode())
                        .isEqualTo(403);
            }
        }
        assertThat(GenerateVideoConfiguration.get().getCacheDays()).isEqualTo(30);
    }

    private static int status(String user, String address) throws Exception {
        try (JenkinsRule.WebClient browser = browser(user)) {
            return browser.goTo(address, null).getWebResponse().getStatusCode();
        }
    }

    private static JenkinsRule.WebClient browser(String user) throws Exception {
        return jenkins.createWebClient()
                .withThrowExceptionOnFailingStatusCode(false)
                .login(user);
    }
}
