package io.jenkins.plugins.generatevideo.step;

import hudson.EnvVars;
import hudson.FilePath;
import hudson.model.Computer;
import hudson.model.Node;
import io.jenkins.plugins.generatevideo.agent.EmbeddedBundles;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.config.GenerateVideoNodeProperty;
import io.jenkins.plugins.generatevideo.contract.BundleOffer;
import java.util.function.Function;

/** What bundles can do, as far as the controller knows: where an agent has bundles of its own, a name may mean one of them. */
final class BundleOffers {
    /** Read by the executor: more folders of bundles. */
    private static final String FOLDERS = "GENERATE_VIDEO_BUNDLES";

    private BundleOffers() {}

    /** What bundles can do in a build, by their names; null for those that only the agent knows. */
    static Function<String, BundleOffer> of(FilePath workspace, EnvVars env) {
        Computer computer = workspace.toComputer();
        Node node = computer == null ? null : computer.getNode();
        boolean embedded =
                node != null && GenerateVideoNodeProperty.engineLibrary(node) == null && !env.containsKey(FOLDERS);
        return embedded ? EmbeddedBundles.get()::offer : name -> null;
    }

    /** What a bundle can do by the global configuration alone, for forms; null if that says nothing. */
    static BundleOffer configured(String bundle) {
        GenerateVideoConfiguration configuration = GenerateVideoConfiguration.get();
        String name = bundle == null || bundle.isBlank() ? configuration.getDefaultBundle() : bundle.trim();
        return configuration.getEngineLibrary() == null ? EmbeddedBundles.get().offer(name) : null;
    }
}
