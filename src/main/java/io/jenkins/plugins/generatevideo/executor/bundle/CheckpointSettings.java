package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the configuration files of a published checkpoint in Diffusers layout say about running it.
 *
 * @param folder the folder with {@code model_index.json}
 * @param experts {@code transformer}, and {@code transformer_2} if it has two
 * @param boundary the share of the training time steps at which the second expert takes over; null if nothing is said
 * @param timestepPerToken whether the transformer takes a time step for each token
 * @param sampler the sampler that the checkpoint's scheduler is: {@code unipc} or {@code euler}
 */
record CheckpointSettings(
        Path folder,
        List<String> experts,
        Double boundary,
        boolean timestepPerToken,
        String sampler,
        double flowShift,
        int trainTimesteps,
        int latentChannels,
        int temporalFactor,
        int spatialFactor,
        List<Integer> patch,
        List<Double> latentMean,
        List<Double> latentDeviation) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws ExecutorException {@code BAD_BUNDLE} that names the file and what is missing or unknown in it */
    static CheckpointSettings read(Path folder) throws ExecutorException {
        Path indexFile = folder.resolve("model_index.json");
        JsonNode index = json(indexFile);
        String pipeline = index.path("_class_name").asText();
        if (!pipeline.equals("WanPipeline")) {
            throw bad(indexFile + " is of a " + pipeline + "; only Wan text-to-video checkpoints can be imported.");
        }
        List<String> experts = new ArrayList<>();
        for (String expert : List.of("transformer", "transformer_2")) {
            if (index.path(expert).path(0).isTextual()) {
                experts.add(expert);
            }
        }
        if (experts.isEmpty()
                || experts.size() == 2 && !index.path("boundary_ratio").isNumber()) {
            throw bad(indexFile + " names no transformer, or two without a boundary_ratio; give a whole checkpoint.");
        }
        Path scheduler = folder.resolve("scheduler/scheduler_config.json");
        JsonNode schedule = json(scheduler);
        String sampler = sampler(schedule, scheduler);
        Path vaeFile = folder.resolve("vae/config.json");
        JsonNode vae = json(vaeFile);
        JsonNode transformer = json(folder.resolve(experts.get(0)).resolve("config.json"));
        List<Boolean> temporal = new ArrayList<>();
        vae.path("temperal_downsample").forEach(flag -> temporal.add(flag.asBoolean()));
        int halvings = (int) temporal.stream().filter(flag -> flag).count();
        int vaePatch = Math.max(1, vae.path("patch_size").asInt(1));
        List<Integer> patch = new ArrayList<>();
        transformer.path("patch_size").forEach(extent -> patch.add(extent.asInt()));
        return new CheckpointSettings(
                folder,
                experts,
                experts.size() == 2 ? index.path("boundary_ratio").asDouble() : null,
                index.path("expand_timesteps").asBoolean(false),
                sampler,
                number(schedule, sampler.equals("unipc") ? "flow_shift" : "shift", scheduler),
                (int) number(schedule, "num_train_timesteps", scheduler),
                (int) number(vae, "z_dim", vaeFile),
                vae.path("scale_factor_temporal").asInt(1 << halvings),
                vae.path("scale_factor_spatial").asInt((1 << temporal.size()) * vaePatch),
                patch.isEmpty() ? List.of(1, 2, 2) : patch,
                numbers(vae, "latents_mean", vaeFile),
                numbers(vae, "latents_std", vaeFile));
    }

    /** The file with the tokenizer, which may be missing. */
    Path tokenizer() {
        return folder.resolve("tokenizer/tokenizer.json");
    }

    private static String sampler(JsonNode schedule, Path file) throws ExecutorException {
        String scheduler = schedule.path("_class_name").asText();
        if (scheduler.equals("FlowMatchEulerDiscreteScheduler")) {
            return "euler";
        }
        boolean flow = schedule.path("use_flow_sigmas").asBoolean()
                && schedule.path("prediction_type").asText().equals("flow_prediction");
        if (scheduler.equals("UniPCMultistepScheduler") && flow) {
            return "unipc";
        }
        throw bad(file + " has the scheduler \"" + scheduler
                + "\"; it must be UniPCMultistepScheduler with flow_prediction or FlowMatchEulerDiscreteScheduler.");
    }

    static JsonNode json(Path file) throws ExecutorException {
        if (!Files.isRegularFile(file)) {
            throw bad(file + " is missing; give the folder of a whole checkpoint in Diffusers layout.");
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw bad(file + " is no valid JSON (" + e.getOriginalMessage() + "); download it again.");
        } catch (IOException e) {
            throw bad(file + " cannot be read (" + e.getMessage() + "); check its permissions.");
        }
    }

    private static double number(JsonNode json, String field, Path file) throws ExecutorException {
        if (!json.path(field).isNumber()) {
            throw bad(file + " has no number \"" + field + "\"; download it again.");
        }
        return json.path(field).asDouble();
    }

    private static List<Double> numbers(JsonNode json, String field, Path file) throws ExecutorException {
        List<Double> numbers = new ArrayList<>();
        json.path(field).forEach(number -> numbers.add(number.asDouble()));
        if (numbers.size() != json.path("z_dim").asInt()) {
            throw bad(file + " must have one number for each latent channel in \"" + field + "\", not " + numbers.size()
                    + "; download it again.");
        }
        return numbers;
    }

    private static ExecutorException bad(String sentence) {
        return new ExecutorException(ExitCode.BAD_BUNDLE, sentence);
    }
}
