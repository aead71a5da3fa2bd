package io.jenkins.plugins.generatevideo.harness;

import static org.assertj.core.api.Assertions.assertThat;

import hudson.ExtensionList;
import hudson.slaves.DumbSlave;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import io.jenkins.plugins.generatevideo.step.CompileVideoEnginesBuilder;
import io.jenkins.plugins.generatevideo.step.CompileVideoEnginesStep;
import io.jenkins.plugins.generatevideo.step.GenerateVideoBuilder;
import io.jenkins.plugins.generatevideo.step.GenerateVideoStep;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jenkinsci.plugins.workflow.cps.Snippetizer;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.steps.StepConfigTester;
import org.jenkinsci.plugins.workflow.steps.StepDescriptor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** What is configured comes back: through the forms, the Snippet Generator and configuration as code. */
@WithJenkins
class ConfigurationIT {
    private static final String PROMPT = "a \"red\" ball\nof $COLOUR, it's <b>round</b> \\ 一个球";

    private static JenkinsRule jenkins;

    @TempDir
    Path folder;

    @BeforeAll
    static void start(JenkinsRule started) {
        jenkins = started;
    }

    @AfterAll
    static void stop() throws Exception {
        jenkins.after();
    }

    @Test
    void stepKeepsEveryFieldThroughItsForm() throws Exception {
        GenerateVideoStep step = fullStep(PROMPT);
        jenkins.assertEqualDataBoundBeans(step, new StepConfigTester(jenkins).configRoundTrip(step));
    }

    @Test
    void stepWithoutChoicesStaysWithoutThem() throws Exception {
        GenerateVideoStep before = new GenerateVideoStep();
        before.setPrompt("a red ball");
        GenerateVideoStep step = new StepConfigTester(jenkins).configRoundTrip(before);
        jenkins.assertEqualDataBoundBeans(before, step);
        new SnippetizerTester(jenkins).assertRoundTrip(step, "generateVideo prompt: 'a red ball'");
    }

    @Test
    void snippetGeneratorWritesALineThatWorks() throws Exception {
        GenerateVideoStep step = fullStep("a red ball");
        new SnippetizerTester(jenkins)
                .assertRoundTrip(
                        step,
                        "generateVideo archive: false, backend: 'onnxruntime', bundle: 'shapes', duration: 1.5, fps: 12,"
                                + " mode: 'cached', negativePrompt: 'blur', output: 'clips/one',"
                                + " prompt: 'a red ball', quality: 40, seed: 9223372036854775, size: '96x64',"
                                + " takes: 3, timeLimit: 60");
    }

    /** Our build steps have the same names, and Jenkins offers only one of a name. */
    @Test
    void snippetGeneratorOffersTheSteps() {
        assertThat(new Snippetizer().getQuasiDescriptors(false))
                .filteredOn(offered -> offered.getSymbol().contains("Video"))
                .hasSize(3)
                .allMatch(offered -> offered.real instanceof StepDescriptor);
    }

    @Test
    void stepTakesPromptsByName() throws Exception {
        GenerateVideoStep step = new GenerateVideoStep();
        step.setPrompts(Map.of("en", "a red ball"));
        new SnippetizerTester(jenkins).assertParseStep(step, "generateVideo prompts: [en: 'a red ball']");
        SnippetizerTester.assertDocGeneration(GenerateVideoStep.class);
    }

    @Test
    void builderKeepsEveryFieldThroughItsForm() throws Exception {
        GenerateVideoBuilder builder = new GenerateVideoBuilder(PROMPT);
        builder.setNegativePrompt("blur");
        builder.setMode("cached");
        builder.setQuality(40);
        builder.setSeed("$BUILD_NUMBER");
        builder.setSize("96x64");
        builder.setDuration(1.5);
        builder.setFps(12);
        builder.setBundle("shapes");
        builder.setBackend("onnxruntime");
        builder.setOutput("clips/one");
        builder.setTakes(3);
        builder.setArchive(false);
        builder.setTimeLimit(60);
        jenkins.assertEqualDataBoundBeans(builder, jenkins.configRoundtrip(builder));
    }

    @Test
    void builderWithoutChoicesStaysWithoutThem() throws Exception {
        GenerateVideoBuilder builder = new GenerateVideoBuilder("a red ball");
        GenerateVideoBuilder after = jenkins.configRoundtrip(builder);
        jenkins.assertEqualDataBoundBeans(builder, after);
        assertThat(jenkins.jenkins.XSTREAM2.toXML(after))
                .as("what is stored")
                .contains("a red ball")
                .doesNotContain("<mode>", "<quality>", "<output>", "<takes>", "<seed>");
    }

    @Test
    void compilationsKeepTheirFieldsThroughTheirForms() throws Exception {
        CompileVideoEnginesStep step = new CompileVideoEnginesStep();
        step.setBundle("artifact:models#7/wan.tar.zst");
        step.setForce(true);
        step.setTimeLimit(600);
        jenkins.assertEqualDataBoundBeans(step, new StepConfigTester(jenkins).configRoundTrip(step));
        new SnippetizerTester(jenkins)
                .assertRoundTrip(
                        step,
                        "compileVideoEngines bundle: 'artifact:models#7/wan.tar.zst', force: true, timeLimit: 600");
        new SnippetizerTester(jenkins).assertRoundTrip(new CompileVideoEnginesStep(), "compileVideoEngines()");
        CompileVideoEnginesBuilder builder = new CompileVideoEnginesBuilder();
        builder.setBundle("$BUNDLE");
        builder.setForce(true);
        builder.setTimeLimit(600);
        jenkins.assertEqualDataBoundBeans(builder, jenkins.configRoundtrip(builder));
    }

    @Test
    void nodeKeepsItsSettingsThroughItsForm() throws Exception {
        DumbSlave node = jenkins.createSlave();
        GenerateVideoNodeProperty property = new GenerateVideoNodeProperty();
        property.setGenerationsAtATime(1);
        property.setEngineLibrary("/srv/engines");
        property.setInspection("always");
        node.getNodeProperties().add(property);
        DumbSlave after = jenkins.configRoundtrip(node);
        jenkins.assertEqualDataBoundBeans(property, after.getNodeProperty(GenerateVideoNodeProperty.class));
    }

    @Test
    void nodeWithoutChoicesStaysWithoutThem() throws Exception {
        DumbSlave node = jenkins.createSlave();
        node.getNodeProperties().add(new GenerateVideoNodeProperty());
        DumbSlave after = jenkins.configRoundtrip(node);
        jenkins.assertEqualDataBoundBeans(
                new GenerateVideoNodeProperty(), after.getNodeProperty(GenerateVideoNodeProperty.class));
    }

    @Test
    void globalConfigurationKeepsItsSettings() throws Exception {
        GenerateVideoConfiguration configuration = GenerateVideoConfiguration.get();
        configuration.setDefaultBundle("studio");
        configuration.setDefaultMode("fast");
        configuration.setEngineLibrary("/srv/engines");
        configuration.setGenerationsAtATime(3);
        configuration.setCacheDays(7);
        configuration.setInspection("never");
        jenkins.configRoundtrip();
        // As after a restart.
        configuration.setDefaultBundle(configuration.getDefaultBundle());
        GenerateVideoConfiguration after = new GenerateVideoConfiguration();
        after.load();
        for (GenerateVideoConfiguration each : new GenerateVideoConfiguration[] {configuration, after}) {
            assertThat(each.getDefaultBundle()).isEqualTo("studio");
            assertThat(each.getDefaultMode()).isEqualTo("fast");
            assertThat(each.getEngineLibrary()).isEqualTo("/srv/engines");
            assertThat(each.getGenerationsAtATime()).isEqualTo(3);
            assertThat(each.getCacheDays()).isEqualTo(7);
            assertThat(each.getInspection()).isEqualTo("never");
        }
    }

    @Test
    void configurationAsCodeReadsAndWritesEverything() throws Exception {
        String settings = """
                jenkins:
                  nodes:
                  - permanent:
                      name: "gpu"
                      remoteFS: "/tmp/gpu"
                      launcher: "inbound"
                      nodeProperties:
                      - generateVideo:
                          engineLibrary: "/srv/wan"
                          generationsAtATime: 1
                unclassified:
                  generateVideo:
                    cacheDays: 9
                    defaultBundle: "wan2.2"
                    defaultMode: "preview"
                    engineLibrary: "/srv/library"
                    generationsAtATime: 4
                """;
        Path file = Files.writeString(folder.resolve("jenkins.yaml"), settings);
        ConfigurationAsCode.get().configure(file.toString());

        GenerateVideoConfiguration configuration = GenerateVideoConfiguration.get();
        assertThat(configuration.getCacheDays()).isEqualTo(9);
        assertThat(configuration.getDefaultBundle()).isEqualTo("wan2.2");
        assertThat(configuration.getDefaultMode()).isEqualTo("preview");
        assertThat(configuration.getEngineLibrary()).isEqualTo("/srv/library");
        assertThat(configuration.getGenerationsAtATime()).isEqualTo(4);
        GenerateVideoNodeProperty property =
                jenkins.jenkins.getNode("gpu").getNodeProperty(GenerateVideoNodeProperty.class);
        assertThat(property.getEngineLibrary()).isEqualTo("/srv/wan");
        assertThat(property.getGenerationsAtATime()).isEqualTo(1);

        ByteArrayOutputStream exported = new ByteArrayOutputStream();
        ExtensionList.lookupSingleton(ConfigurationAsCode.class).export(exported);
        assertThat(exported.toString(StandardCharsets.UTF_8))
                .contains(settings.substring(settings.indexOf("  generateVideo:")))
                .contains("      - generateVideo:\n          engineLibrary: \"/srv/wan\"\n"
                        + "          generationsAtATime: 1");
    }

    private static GenerateVideoStep fullStep(String prompt) {
        GenerateVideoStep step = new GenerateVideoStep();
        step.setPrompt(prompt);
        step.setNegativePrompt("blur");
        step.setMode("cached");
        step.setQuality(40);
        step.setSeed(9223372036854775L);
        step.setSize("96x64");
        step.setDuration(1.5);
        step.setFps(12);
        step.setBundle("shapes");
        step.setBackend("onnxruntime");
        step.setOutput("clips/one");
        step.setTakes(3);
        step.setArchive(false);
        step.setTimeLimit(60);
        return step;
    }
}
