package io.jenkins.plugins.generatevideo.executor.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.GoldenData;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whole trajectories of Hugging Face diffusers' schedulers, repeated step by step. */
class GoldenTrajectoryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double LATENT_TOLERANCE = 1e-4;
    private static final double SCHEDULE_TOLERANCE = 1e-5;

    /** What diffusers' configuration calls the fields of our {@link Prediction}. */
    private static final Map<String, String> FIELDS = Map.of(
            "num_train_timesteps", "trainTimesteps",
            "flow_shift", "flowShift",
            "shift", "flowShift",
            "beta_start", "betaStart",
            "beta_end", "betaEnd",
            "beta_schedule", "betaSchedule",
            "rescale_betas_zero_snr", "zeroTerminalSnr",
            "timestep_spacing", "timestepSpacing",
            "steps_offset", "stepsOffset",
            "set_alpha_to_one", "setAlphaToOne");

    private static final Map<String, String> TYPES =
            Map.of("flow_prediction", "flow", "epsilon", "epsilon", "v_prediction", "v");

    /** Settings that our samplers have no choice about. A case with another value is not ours to repeat. */
    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry("clip_sample", "false"),
            Map.entry("use_flow_sigmas", "true"),
            Map.entry("solver_order", "2"),
            Map.entry("algorithm_type", "dpmsolver++"),
            Map.entry("solver_type", "bh2 midpoint"),
            Map.entry("predict_x0", "true"),
            Map.entry("lower_order_final", "true"),
            Map.entry("final_sigmas_type", "zero"),
            Map.entry("skip_prk_steps", "true"),
            Map.entry("original_inference_steps", "50"),
            Map.entry("timestep_scaling", "10.0"));

    @TestFactory
    Stream<DynamicTest> followsTheTrajectory() throws IOException {
        return cases("").map(golden -> DynamicTest.dynamicTest(golden.title(), golden::followTrajectory));
    }

    @TestFactory
    Stream<DynamicTest> givesTheNetworkTheSameTimesteps() throws IOException {
        return cases("").map(golden -> DynamicTest.dynamicTest(golden.title(), golden::compareTimesteps));
    }

    @TestFactory
    Stream<DynamicTest> passesThroughTheSameNoiseLevels() throws IOException {
        return cases("sigmas").map(golden -> DynamicTest.dynamicTest(golden.title(), golden::compareSigmas));
    }

    @TestFactory
    Stream<DynamicTest> startsFromTheSameNoise() throws IOException {
        return cases("").map(golden -> DynamicTest.dynamicTest(golden.title(), golden::compareInitialLatent));
    }

    /** All cases that have a field; at least one, or the test fails. */
    private static Stream<Case> cases(String neededField) throws IOException {
        List<Case> cases = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(GoldenData.directory("samplers"), "*.json")) {
            for (Path file : files) {
                JsonNode root = JSON.readTree(file.toFile());
                String name = root.path("sampler").asText().replaceFirst("-.*", "");
                for (JsonNode data : root.path("cases")) {
                    if (neededField.isEmpty() || data.has(neededField)) {
                        cases.add(new Case(file.getFileName().toString(), name, data));
                    }
                }
            }
        }
        assertThat(cases).as("cases in %s", GoldenData.directory("samplers")).isNotEmpty();
        return cases.stream();
    }

    private record Case(String file, String sampler, JsonNode data) {
        String title() {
            return file + ", " + data.path("steps").asInt() + " steps, seed "
                    + data.path("seed").asLong();
        }

        int steps() {
            return data.path("steps").asInt();
        }

        Prediction prediction() throws IOException {
            ObjectNode fields = JSON.createObjectNode().put("type", "flow").put("trainTimesteps", 1000);
            Set<String> unknown = new HashSet<>();
            data.path("config").fields().forEachRemaining(entry -> {
                String key = entry.getKey();
                if (key.equals("prediction_type")) {
                    fields.put("type", TYPES.get(entry.getValue().asText()));
                } else if (FIELDS.containsKey(key)) {
                    fields.set(FIELDS.get(key), entry.getValue());
                } else if (!Arrays.asList(FIXED.getOrDefault(key, "").split(" "))
                        .contains(entry.getValue().asText())) {
                    unknown.add(key);
                }
            });
            assertThat(unknown).as("settings that the test cannot translate").isEmpty();
            return JSON.treeToValue(fields, Prediction.class);
        }

        Sampler create() throws IOException, ExecutorException {
            TorchGenerator noise = new TorchGenerator(data.path("noiseSeed").asLong());
            return Samplers.create(sampler, steps(), prediction(), noise);
        }

        void followTrajectory() throws IOException, ExecutorException {
            Sampler created = create();
            float[] timesteps = created.timesteps();
            float[] latent = floats(data.path("initial"));
            JsonNode trajectory = data.path("trajectory");
            assertThat(timesteps).hasSize(trajectory.size()).isNotEmpty();
            for (int step = 0; step < timesteps.length; step++) {
                latent = created.step(step, network(latent, timesteps[step]), latent);
                float[] expected = floats(trajectory.get(step));
                assertThat(distance(latent, expected))
                        .as("largest difference after step %d", step)
                        .isLessThanOrEqualTo(LATENT_TOLERANCE * largest(expected));
            }
        }

        void compareTimesteps() throws IOException, ExecutorException {
            compareRelatively(create().timesteps(), floats(data.path("timesteps")));
        }

        void compareSigmas() throws IOException {
            FlowSchedule schedule = Samplers.flowSchedule(sampler, steps(), prediction());
            compareRelatively(schedule.sigmas(), floats(data.path("sigmas")));
        }

        void compareInitialLatent() {
            float[] expected = floats(data.path("initial"));
            float[] drawn = new TorchGenerator(data.path("seed").asLong()).randn(expected.length);
            assertThat(distance(drawn, expected)).isLessThanOrEqualTo(1e-6);
        }
    }

    /** The closed form that stands for the network in the reference runs. */
    private static float[] network(float[] latent, float timestep) {
        float[] output = new float[latent.length];
        for (int i = 0; i < output.length; i++) {
            double x = latent[i];
            output[i] =
                    (float) (0.6 * Math.sin(2 * x) + 0.3 * x * ((double) timestep / 1000) + 0.1 * Math.cos(0.05 * i));
        }
        return output;
    }

    private static void compareRelatively(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("value %d", i)
                    .isCloseTo(expected[i], within(SCHEDULE_TOLERANCE * Math.abs((double) expected[i])));
        }
    }

    private static float[] floats(JsonNode array) {
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) array.get(i).asDouble();
        }
        return values;
    }

    /** NaN, which no limit accepts, if any value is. */
    private static double distance(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double distance = 0;
        for (int i = 0; i < expected.length; i++) {
            distance = Math.max(distance, Math.abs((double) actual[i] - expected[i]));
        }
        return distance;
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs((double) value));
        }
        return largest;
    }
}
