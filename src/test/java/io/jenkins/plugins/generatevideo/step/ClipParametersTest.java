package io.jenkins.plugins.generatevideo.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import hudson.AbortException;
import io.jenkins.plugins.generatevideo.agent.RequestJson;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipParametersTest {
    private static final UnaryOperator<String> AS_IT_IS = UnaryOperator.identity();

    private final GenerateVideoConfiguration defaults = new GenerateVideoConfiguration();
    private final ClipParameters parameters = new ClipParameters();

    @Test
    void onePromptMakesOneClipWithTheDefaults() throws Exception {
        parameters.prompt = "a red ball";
        List<PlannedClip> clips = parameters.plan(null, AS_IT_IS, defaults, null, name -> null);
        assertThat(clips).hasSize(1);
        assertThat(clips.get(0).name).isEmpty();
        assertThat(clips.get(0).folder).isEqualTo("generated-video");
        ClipRequest request = request(clips.get(0));
        assertThat(request.prompt()).isEqualTo("a red ball");
        assertThat(request.mode()).isEqualTo("standard");
        assertThat(request.bundle()).isEqualTo("shapes");
        assertThat(request.seed()).isBetween(0L, (long) Integer.MAX_VALUE);
    }

    @Test
    void leavesTheModeToTheBundleWhereOnlyAQualityIsGiven() throws Exception {
        parameters.prompt = "a red ball";
        parameters.quality = 40;
        assertThat(request(parameters
                                .plan(null, AS_IT_IS, defaults, null, name -> null)
                                .get(0))
                        .mode())
                .isNull();
        parameters.mode = "fast";
        assertThat(request(parameters
                                .plan(null, AS_IT_IS, defaults, null, name -> null)
                                .get(0))
                        .mode())
                .isEqualTo("fast");
    }

    @ParameterizedTest
    @ValueSource(strings = {"meadow", "scenes/meadow.template"})
    void takesATemplateByNameOrByItsFileInTheWorkspace(String template) throws Exception {
        parameters.prompt = "a red ball";
        parameters.template = template;
        assertThat(parameters.plan(null, AS_IT_IS, defaults, null, name -> null).get(0).template)
                .isEqualTo(template);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../meadow.template", "/etc/meadow.template", "a meadow", "scenes/meadow", "--limit"})
    void refusesATemplateThatIsNeitherANameNorAFileInTheWorkspace(String template) {
        parameters.prompt = "a red ball";
        parameters.template = template;
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .isInstanceOf(AbortException.class);
    }

    @Test
    void savesTheSceneOfOneClipOnly() throws Exception {
        parameters.prompt = "a red ball";
        parameters.saveTemplate = "meadow";
        assertThat(parameters.plan(null, AS_IT_IS, defaults, null, name -> null).get(0).saveTemplate)
                .isEqualTo("meadow");
        parameters.takes = 2;
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .hasMessageContaining("saved from one clip");
        parameters.takes = null;
        parameters.template = "sea";
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .hasMessageContaining("in the scene of a");
        parameters.template = null;
        parameters.saveTemplate = "--output";
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .hasMessageContaining("no name for a scene");
    }

    @Test
    void remembersThatAClipIsFinal() throws Exception {
        parameters.prompt = "a red ball";
        assertThat(parameters.plan(null, AS_IT_IS, defaults, null, name -> null).get(0).isFinal)
                .isFalse();
        parameters.finalClip = true;
        assertThat(parameters.plan(null, AS_IT_IS, defaults, null, name -> null).get(0).isFinal)
                .isTrue();
    }

    @Test
    void takesCountTheSeedUp() throws Exception {
        parameters.prompt = "a red ball";
        parameters.seed = "40";
        parameters.takes = 3;
        List<PlannedClip> clips = parameters.plan(null, AS_IT_IS, defaults, null, name -> null);
        assertThat(clips).extracting(clip -> clip.name).containsExactly("1", "2", "3");
        assertThat(clips)
                .extracting(clip -> clip.folder)
                .containsExactly("generated-video/1", "generated-video/2", "generated-video/3");
        for (int i = 0; i < 3; i++) {
            assertThat(request(clips.get(i)).seed()).isEqualTo(40 + i);
        }
    }

    @Test
    void promptsKeepTheirNamesAndOrder() throws Exception {
        Map<String, Object> prompts = new LinkedHashMap<>();
        prompts.put("zh", "一个红色的球");
        prompts.put("en", "a red ball");
        parameters.takes = 2;
        List<PlannedClip> clips =
                parameters.plan(ClipParameters.named(prompts), AS_IT_IS, defaults, null, name -> null);
        assertThat(clips).extracting(clip -> clip.name).containsExactly("zh-1", "zh-2", "en-1", "en-2");
    }

    @Test
    void aListOfPromptsIsNumbered() throws Exception {
        assertThat(ClipParameters.named(List.of("a ball", "a box")))
                .containsExactly(Map.entry("1", "a ball"), Map.entry("2", "a box"));
    }

    @Test
    void variablesAreExpandedEverywhere() throws Exception {
        parameters.prompt = "a $WHAT";
        parameters.seed = "$NUMBER";
        parameters.output = "clips/$WHAT";
        parameters.mode = "$MODE";
        UnaryOperator<String> expand =
                text -> text.replace("$WHAT", "star").replace("$NUMBER", "7").replace("$MODE", "fast");
        PlannedClip clip =
                parameters.plan(null, expand, defaults, null, name -> null).get(0);
        assertThat(clip.folder).isEqualTo("clips/star");
        assertThat(request(clip).prompt()).isEqualTo("a star");
        assertThat(request(clip).seed()).isEqualTo(7);
        assertThat(request(clip).mode()).isEqualTo("fast");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up", "a/../../b", "/absolute", "C:\\x", "a//b", "."})
    void outputStaysBelowItsRoot(String output) {
        parameters.prompt = "a red ball";
        parameters.output = output;
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .isInstanceOf(AbortException.class)
                .hasMessageContaining("\"" + output + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "a/b", "", "-x", "a b"})
    void namesOfPromptsAreFileNames(String name) {
        assertThatThrownBy(() -> ClipParameters.named(Map.of(name, "a ball"))).isInstanceOf(AbortException.class);
    }

    @Test
    void whatIsWrongIsSaidBeforeAnAgentIsAsked() {
        parameters.prompt = " ";
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .isInstanceOf(AbortException.class)
                .hasMessageContaining("prompt is empty");
        parameters.prompt = "a ball";
        parameters.mode = "slow";
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .isInstanceOf(AbortException.class)
                .hasMessageContaining("slow");
        parameters.mode = null;
        parameters.seed = "minus one";
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .isInstanceOf(AbortException.class)
                .hasMessageContaining("minus one");
        parameters.seed = null;
        parameters.takes = 101;
        assertThatThrownBy(() -> parameters.plan(null, AS_IT_IS, defaults, null, name -> null))
                .isInstanceOf(AbortException.class);
    }

    @Test
    void formSaysTheSentencesOfTheExecutor() {
        assertThat(BundleForm.problem(
                        "96", text -> new ClipRequest("a ball", null, null, null, null, text, null, null, null, null)))
                .contains("\"96\"");
        assertThat(BundleForm.problem("many", Integer::valueOf)).contains("\"many\"");
        assertThat(BundleForm.problem("$SEED", Integer::valueOf)).isNull();
    }

    private static ClipRequest request(PlannedClip clip) throws Exception {
        return new ObjectMapper().readValue(RequestJson.in(clip.requestJson, clip.mode, null), ClipRequest.class);
    }
}
