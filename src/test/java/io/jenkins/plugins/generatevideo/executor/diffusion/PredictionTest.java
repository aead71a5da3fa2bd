package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.BetaSchedule;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.TimestepSpacing;
import io.jenkins.plugins.generatevideo.executor.diffusion.Prediction.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Prediction read(String json) throws JsonProcessingException {
        return JSON.readValue(json.replace('\'', '"'), Prediction.class);
    }

    @Test
    void readsAFlowPrediction() throws JsonProcessingException {
        assertThat(read("{'type': 'flow', 'trainTimesteps': 1000, 'flowShift': 4.0}"))
                .isEqualTo(Prediction.flow(1000, 4));
        assertThat(read("{'type': 'flow', 'trainTimesteps': 1000}").flowShift()).isEqualTo(1);
    }

    @Test
    void readsABetaScheduleAndFillsInWhatIsLeftOut() throws JsonProcessingException {
        Prediction full = read("{'type': 'v', 'trainTimesteps': 1000, 'betaStart': 0.00085, 'betaEnd': 0.012,"
                + " 'betaSchedule': 'scaled_linear', 'zeroTerminalSnr': true, 'timestepSpacing': 'trailing',"
                + " 'stepsOffset': 1, 'setAlphaToOne': false}");
        assertThat(full)
                .isEqualTo(new Prediction(
                        Type.V,
                        1000,
                        null,
                        0.00085,
                        0.012,
                        BetaSchedule.SCALED_LINEAR,
                        true,
                        TimestepSpacing.TRAILING,
                        1,
                        false));
        Prediction brief = read("{'type': 'epsilon', 'trainTimesteps': 1000, 'betaStart': 0.0001, 'betaEnd': 0.02}");
        assertThat(brief)
                .isEqualTo(new Prediction(
                        Type.EPSILON,
                        1000,
                        null,
                        0.0001,
                        0.02,
                        BetaSchedule.LINEAR,
                        false,
                        TimestepSpacing.LEADING,
                        0,
                        true));
    }

    @Test
    void comesBackFromItsOwnJson() throws JsonProcessingException {
        Prediction prediction = read("{'type': 'v', 'trainTimesteps': 500, 'betaStart': 0.1, 'betaEnd': 0.2}");
        assertThat(JSON.readValue(JSON.writeValueAsString(prediction), Prediction.class))
                .isEqualTo(prediction);
        assertThat(JSON.writeValueAsString(Prediction.flow(1000, 3)))
                .isEqualTo("{\"type\":\"flow\",\"trainTimesteps\":1000,\"flowShift\":3.0}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'trainTimesteps': 1000} | prediction.type is missing",
                "{'type': 'flow'} | prediction.trainTimesteps must be 1 to 10000, not 0",
                "{'type': 'flow', 'trainTimesteps': 1000, 'flowShift': 0} | prediction.flowShift must be above 0",
                "{'type': 'flow', 'trainTimesteps': 1000, 'flowShift': 'NaN'} | prediction.flowShift must be above 0",
                "{'type': 'flow', 'trainTimesteps': 1000, 'flowShift': 101} | at most 100",
                "{'type': 'flow', 'trainTimesteps': 1000, 'betaStart': 0.1} | type flow has flowShift alone",
                "{'type': 'v', 'trainTimesteps': 1000, 'flowShift': 3} | flowShift belongs to type flow alone",
                "{'type': 'v', 'trainTimesteps': 1000, 'betaStart': 0.1} | betaStart and prediction.betaEnd are needed",
                "{'type': 'v', 'trainTimesteps': 9, 'betaStart': 0.2, 'betaEnd': 0.1} | 0 < betaStart <= betaEnd < 1",
                "{'type': 'v', 'trainTimesteps': 9, 'betaStart': 0.2, 'betaEnd': 1} | 0 < betaStart <= betaEnd < 1",
                "{'type': 'v', 'trainTimesteps': 9, 'betaStart': 0.1, 'betaEnd': 0.1, 'stepsOffset': 9} | be 0 to 8",
                "{'type': 'epsilon', 'trainTimesteps': 9, 'betaStart': 0.1, 'betaEnd': 0.2, 'zeroTerminalSnr': true}"
                        + " | zeroTerminalSnr needs type v",
            })
    void refusesWhatMakesNoSchedule(String json, String sentence) {
        assertThatThrownBy(() -> read(json)).rootCause().hasMessageContaining(sentence);
    }
}
