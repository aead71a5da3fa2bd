package io.jenkins.plugins.generatevideo.executor.bundle;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import io.jenkins.plugins.generatevideo.executor.backend.Network.Port;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The inputs and outputs that a network must have for its part in the pipeline, as NVIDIA's demoDiffusion names them. */
final class NetworkContract {
    private static final String FLOATS = "float";
    private static final String INTEGERS = "int64";

    private final String network;
    private final List<Port> inputs;
    private final Port output;

    private NetworkContract(String network, List<Port> inputs, Port output) {
        this.network = network;
        this.inputs = inputs;
        this.output = output;
    }

    /** What {@code network} must look like where it is used as {@code part}. */
    static NetworkContract of(String network, String part, BundleManifest manifest) {
        long channels = manifest.geometry().latentChannels();
        if (part.equals(BundleManifest.TEXT_ENCODER)) {
            return new NetworkContract(
                    network,
                    List.of(port("input_ids", INTEGERS, -1, -1), port("attention_mask", INTEGERS, -1, -1)),
                    port("text_embeddings", FLOATS, -1, -1, -1));
        } else if (part.equals(BundleManifest.VAE_DECODER)) {
            return new NetworkContract(
                    network,
                    List.of(port("latent", FLOATS, -1, channels, -1, -1, -1)),
                    port("images", FLOATS, -1, 3, -1, -1, -1));
        }
        Port timestep = manifest.timestepPerToken() ? port("timestep", FLOATS, -1, -1) : port("timestep", FLOATS, -1);
        return new NetworkContract(
                network,
                List.of(
                        port("hidden_states", FLOATS, -1, channels, -1, -1, -1),
                        timestep,
                        port("encoder_hidden_states", FLOATS, -1, -1, -1)),
                port("denoised_latents", FLOATS, -1, -1, -1, -1, -1));
    }

    private static Port port(String name, String type, long... shape) {
        return new Port(name, type, shape);
    }

    /** @throws ExecutorException {@code BAD_BUNDLE} that names the network and the port that differs */
    void check(Network loaded) throws ExecutorException {
        Map<String, Port> real = byName(loaded.inputs());
        Map<String, Port> expected = byName(inputs);
        if (!real.keySet().equals(expected.keySet())) {
            throw refusal("has the inputs " + real.keySet() + " instead of " + expected.keySet());
        }
        for (Port port : inputs) {
            check("input", port, real.get(port.name()));
        }
        Map<String, Port> outputs = byName(loaded.outputs());
        if (!outputs.containsKey(output.name())) {
            throw refusal("has the outputs " + outputs.keySet() + " instead of [" + output.name() + "]");
        }
        check("output", output, outputs.get(output.name()));
    }

    private void check(String side, Port expected, Port real) throws ExecutorException {
        boolean halves = expected.type().equals(FLOATS) && real.type().equals("float16");
        if (!real.type().equals(expected.type()) && !halves) {
            throw refusal("has the " + side + " \"" + real.name() + "\" of type " + real.type() + " instead of "
                    + expected.type());
        }
        // an exporter may leave an output's shape open altogether; an input says at least how many axes it has
        if (side.equals("output") && real.shape().length == 0) {
            return;
        }
        boolean fits = real.shape().length == expected.shape().length;
        for (int axis = 0; fits && axis < real.shape().length; axis++) {
            long extent = real.shape()[axis];
            fits = extent < 0 || expected.shape()[axis] < 0 || extent == expected.shape()[axis];
        }
        if (!fits) {
            throw refusal("has the " + side + " \"" + real.name() + "\" with shape " + Arrays.toString(real.shape())
                    + " instead of " + Arrays.toString(expected.shape()) + " (-1 for any)");
        }
    }

    private static Map<String, Port> byName(List<Port> ports) {
        return ports.stream()
                .collect(Collectors.toMap(Port::name, port -> port, (first, second) -> first, TreeMap::new));
    }

    private ExecutorException refusal(String difference) {
        return new ExecutorException(
                ExitCode.BAD_BUNDLE,
                "The bundle's network \"" + network + "\" " + difference
                        + "; export it again with the ports that docs/bundle.md lists.");
    }
}
