package io.jenkins.plugins.generatevideo.executor.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {
    private static final String MANIFEST =
            """
            {"request": {"prompt": "a red ball", "seed": 42, "mode": "standard"}, "bundle": {"name": "shapes", "digest": "aa"},
             "backend": {"name": "onnxruntime", "version": "1.29.0", "device": "cpu"}, "sampler": "unipc", "steps": 50,
             "timings": {"totalSeconds": 1}, "frameDigest": "d1"}""";

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }

    @ParameterizedTest
    @CsvSource({
        "a red ball, a blue ball, REQUEST, the prompt",
        "42, 43, REQUEST, the seed",
        "aa, bb, BUNDLE, the bundle's content",
        "unipc, euler, SAMPLING, the sampler",
        "1.29.0, 1.30.0, BACKEND, the backend's version"
    })
    void theChangedFieldExplainsTheDifference(
            String before, String after, Explanation.Cause cause, String words) throws Exception {
        Explanation explanation =
                Explanation.of(json(MANIFEST), json(MANIFEST.replace(before, after).replace("d1", "d2")), false);
        assertThat(explanation.cause()).isEqualTo(cause);
        assertThat(explanation.sentence()).isEqualTo("The frames differ, and so does " + words + ".");
    }

    @Test
    void anUnchangedRequestWithOtherFramesIsSaidToBeUnexplained() throws Exception {
        Explanation explanation = Explanation.of(
                json(MANIFEST), json(MANIFEST.replace("d1", "d2").replace("\"totalSeconds\": 1", "\"totalSeconds\": 2")), false);
        assertThat(explanation.cause()).isEqualTo(Explanation.Cause.UNEXPLAINED);
        assertThat(explanation.changes()).isEmpty();
    }

    @Test
    void equalRawFramesLeaveOnlyTheEncoding() throws Exception {
        assertThat(Explanation.of(json(MANIFEST), json(MANIFEST), false).cause())
                .isEqualTo(Explanation.Cause.ENCODING);
    }

    @Test
    void withoutAManifestTheCauseIsUnknown() throws Exception {
        Explanation explanation = Explanation.of(json(MANIFEST), null, false);
        assertThat(explanation.cause()).isEqualTo(Explanation.Cause.UNKNOWN);
        assertThat(explanation.sentence()).contains("the candidate");
    }

    @Test
    void identicalFramesNeedNoCauseEvenWhereTheRequestChanged() throws Exception {
        Explanation explanation = Explanation.of(json(MANIFEST), json(MANIFEST.replace("42", "43")), true);
        assertThat(explanation.cause()).isEqualTo(Explanation.Cause.NONE);
        assertThat(explanation.sentence()).isEqualTo("The frames are identical, although the seed changed.");
    }
}
