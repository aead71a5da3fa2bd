package io.jenkins.plugins.generatevideo.agent;

import hudson.Extension;
import hudson.ExtensionList;
import io.jenkins.plugins.generatevideo.contract.BundleOffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the engine bundles in the plugin can do, known to the controller, so that it can refuse before an agent is asked. */
@Extension
public class EmbeddedBundles {
    private Map<String, BundleOffer> offers;

    public static EmbeddedBundles get() {
        return ExtensionList.lookupSingleton(EmbeddedBundles.class);
    }

    /** What the embedded bundle of this name can do, or null if there is none. */
    public synchronized BundleOffer offer(String name) {
        if (offers == null) {
            try {
                offers = read(
                        ExtensionList.lookupSingleton(ExecutorPackage.class).bundles());
            } catch (IOException e) {
                throw new UncheckedIOException("The plugin's engine bundles cannot be read", e);
            }
        }
        return offers.get(name);
    }

    static Map<String, BundleOffer> read(Path bundles) throws IOException {
        Map<String, BundleOffer> offers = new TreeMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(bundles)) {
            for (Path folder : folders) {
                Path file = folder.resolve("bundle.json");
                ExecutorJson json = ExecutorJson.parse(Files.readString(file), file.toString());
                if (!json.has("weights")) {
                    offers.put(folder.toFile().getName(), offer(json));
                }
            }
        }
        return offers;
    }

    private static BundleOffer offer(ExecutorJson json) throws IOException {
        ExecutorJson geometry = json.object("geometry");
        ExecutorJson frames = geometry.object("frames");
        List<Integer> rates = new ArrayList<>();
        for (double rate : geometry.figures("frameRates")) {
            rates.add((int) rate);
        }
        return new BundleOffer(
                json.text("name"),
                List.copyOf(json.object("modes").names()),
                geometry.texts("sizes"),
                (int) frames.wholeNumber("minimum"),
                (int) frames.wholeNumber("maximum"),
                (int) frames.wholeNumber("step"),
                List.copyOf(rates));
    }
}
