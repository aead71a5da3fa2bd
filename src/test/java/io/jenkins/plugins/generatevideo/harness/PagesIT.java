package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.model.Label;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.StringParameterDefinition;
import hudson.model.StringParameterValue;
import io.jenkins.plugins.generatevideo.report.ClipsAction;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlPage;
import org.jenkinsci.plugins.workflow.job.WorkflowJob;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;
import org.jvnet.localizer.LocaleProvider;

/** What a reader sees of a build's clips, over HTTP; the clip's prompt is as hostile as a text can be. */
@WithJenkins
class PagesIT {
    /** Mark-up, an expression of Jelly, quotes, a new line, and marks that turn the direction of writing. */
    private static final String HOSTILE =
            "a red ball <script>alert(1)</script><img src=x onerror=alert(2)> ${7*7} ' \" </textarea>\n\u202eright\u202c &lt;b&gt;";

    /** The same, cleaned as every prompt is before it is read: entities resolved, white space to one space. */
    private static final String CLEANED =
            HOSTILE.replace("\n", " ").replace("&lt;", "<").replace("&gt;", ">");

    private static JenkinsRule jenkins;
    private static WorkflowJob job;
    private static WorkflowRun run;

    @BeforeAll
    static void makeAClip(JenkinsRule started) throws Exception {
        jenkins = started;
        jenkins.createOnlineSlave(Label.get("video"));
        job = Quick.pipeline(
                jenkins,
                "gallery",
                "node('video') { generateVideo prompt: params.PROMPT, seed: 3, output: 'clips/été 一#1?', " + Quick.CLIP
                        + " }");
        job.addProperty(new ParametersDefinitionProperty(new StringParameterDefinition("PROMPT")));
        run = jenkins.assertBuildStatusSuccess(
                job.scheduleBuild2(0, new ParametersAction(new StringParameterValue("PROMPT", HOSTILE))));
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    static List<String> pages() {
        return List.of(
                run.getUrl(),
                run.getUrl() + "clips/",
                run.getUrl() + "console",
                run.getUrl() + "parameters/",
                job.getUrl(),
                job.getUrl() + "clips/");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void hostilePromptIsTextOnEveryPage(String address) throws Exception {
        List<String> alerts = new ArrayList<>();
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            browser.setAlertHandler((page, message) -> alerts.add(message));
            HtmlPage page = browser.goTo(address);
            browser.waitForBackgroundJavaScript(5_000);
            assertThat(alerts).isEmpty();
            assertThat(page.querySelectorAll("img[src=x]")).isEmpty();
            assertThat(page.getWebResponse().getContentAsString()).doesNotContain("<script>alert");
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void pagesNeedNoInlineScript(String address) throws Exception {
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            browser.getOptions().setJavaScriptEnabled(false);
            HtmlPage page = browser.goTo(address);
            assertThat(page.getWebResponse().getResponseHeaderValue("Content-Security-Policy"))
                    .contains("default-src 'self'")
                    .doesNotContain("script-src 'unsafe-inline'");
            DomElement main = page.getElementById("main-panel");
            assertThat(main.querySelectorAll("script:not([src]):not([type='application/json']), style"))
                    .isEmpty();
            for (DomNode node : main.getDescendants()) {
                if (node instanceof DomElement element) {
                    assertThat(element.getAttributesMap().keySet())
                            .as(element.asXml())
                            .noneMatch(name -> name.startsWith("on"));
                }
            }
        }
    }

    @Test
    void clipsPageShowsThePromptAsItIs() throws Exception {
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.goTo(run.getUrl() + "clips/");
            DomNode prompt = page.querySelector(".generate-video-prompt");
            assertThat(prompt.getTextContent()).isEqualTo(CLEANED);
            assertThat(((DomElement) prompt).getAttribute("dir")).isEqualTo("auto");
            assertThat(page.<DomElement>querySelector(".generate-video-line").getTextContent())
                    .startsWith("generateVideo prompt: 'a red ball <script>")
                    .contains("${7*7} \\' \"")
                    .contains("seed: 3");
        }
    }

    @Test
    void lineOfThePageMakesTheSameClipAgain() throws Exception {
        String line;
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.goTo(run.getUrl() + "clips/");
            line = page.querySelector(".generate-video-line").getTextContent();
        }
        WorkflowRun again = jenkins.buildAndAssertSuccess(
                Quick.pipeline(jenkins, "again", "node('video') { def clip = " + line + "; echo clip.frameDigest }"));
        jenkins.assertLogContains(
                run.getAction(ClipsAction.class).getClips().get(0).getFrameDigest(), again);
    }

    @Test
    void everythingThatThePageLinksToIsThere() throws Exception {
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.goTo(run.getUrl() + "clips/");
            DomElement video = page.querySelector("video");
            List<String> links = new ArrayList<>(List.of(video.getAttribute("src"), video.getAttribute("poster")));
            page.querySelectorAll(".generate-video-clip a")
                    .forEach(a -> links.add(((DomElement) a).getAttribute("href")));
            assertThat(links).hasSize(5);
            for (String link : links) {
                HttpURLConnection answer = open(page.getFullyQualifiedUrl(link).toString(), null);
                assertThat(answer.getResponseCode()).as(link).isEqualTo(200);
            }
        }
    }

    @Test
    void videoSeeksByByteRanges() throws Exception {
        Path file = run.getArtifactsDir().toPath().resolve("clips/été 一#1?/clip.mp4");
        byte[] whole = Files.readAllBytes(file);
        String address;
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.goTo(run.getUrl() + "clips/");
            address = page.getFullyQualifiedUrl(
                            page.<DomElement>querySelector("video").getAttribute("src"))
                    .toString();
        }
        HttpURLConnection all = open(address, null);
        assertThat(all.getContentType()).isEqualTo("video/mp4");
        assertThat(all.getHeaderField("Accept-Ranges")).isEqualTo("bytes");
        assertThat(bytes(all)).isEqualTo(whole);

        HttpURLConnection middle = open(address, "bytes=100-299");
        assertThat(middle.getResponseCode()).isEqualTo(206);
        assertThat(middle.getHeaderField("Content-Range")).isEqualTo("bytes 100-299/" + whole.length);
        assertThat(bytes(middle)).isEqualTo(Arrays.copyOfRange(whole, 100, 300));

        HttpURLConnection end = open(address, "bytes=" + (whole.length - 50) + "-");
        assertThat(end.getResponseCode()).isEqualTo(206);
        assertThat(bytes(end)).isEqualTo(Arrays.copyOfRange(whole, whole.length - 50, whole.length));
    }

    @Test
    void pagesSpeakChinese() throws Exception {
        assertThat(inChinese(run.getUrl() + "clips/"))
                .contains("<title>视频片段", "种子", "模式", "引擎包", "再次生成")
                .doesNotContain("<dt>Seed", "<dt>Mode");
        assertThat(inChinese(run.getUrl())).contains("1 个视频片段");
        assertThat(inChinese(job.getUrl() + "clips/")).contains("延迟等级");
        assertThat(inChinese("configure")).contains("生成视频");
    }

    @Test
    void jobPageShowsTheTrend() throws Exception {
        try (JenkinsRule.WebClient browser = jenkins.createWebClient()) {
            HtmlPage page = browser.goTo(job.getUrl() + "clips/");
            assertThat(page.<DomElement>querySelector("polyline").getAttribute("points"))
                    .matches("[0-9.]+,[0-9.]+( [0-9.]+,[0-9.]+)*");
            assertThat(page.querySelectorAll("tbody tr")).hasSize(1);
        }
    }

    private static HttpURLConnection open(String address, String range) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(address).toURL().openConnection();
        if (range != null) {
            connection.setRequestProperty("Range", range);
        }
        return connection;
    }

    /** The harness does not look at the browser's language: it has one for all requests. */
    private static String inChinese(String address) throws Exception {
        LocaleProvider before = LocaleProvider.getProvider();
        LocaleProvider.setProvider(new LocaleProvider() {
            @Override
            public Locale get() {
                return Locale.SIMPLIFIED_CHINESE;
            }
        });
        try {
            return new String(bytes(open(jenkins.getURL() + address, null)), StandardCharsets.UTF_8);
        } finally {
            LocaleProvider.setProvider(before);
        }
    }

    private static byte[] bytes(HttpURLConnection connection) throws Exception {
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }
}
