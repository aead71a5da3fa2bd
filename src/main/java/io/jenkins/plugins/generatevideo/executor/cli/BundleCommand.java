package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeBackend;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineCache;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.EngineSpecification;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtNetworks;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleArchive;
import io.jenkins.plugins.generatevideo.executor.bundle.BundleManifest;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.PackedEngines;
import io.jenkins.plugins.generatevideo.executor.bundle.ProgressListener;
import io.jenkins.plugins.generatevideo.executor.bundle.UnpackLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bundle}: looks at engine bundles, packs and unpacks them. */
@Command(
        name = "bundle",
        description = "Lists, inspects, verifies, packs, unpacks, imports and compiles engine bundles.",
        subcommands = {CompileCommand.class, ImportCommand.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class BundleCommand implements Runnable {
    // the value of --engines without one
    private static final String ALL = "all";

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private GenerateVideo program;

    private final PrintStream output = System.out;

    Cancellation cancellation() {
        return program.cancellation;
    }

    @Override
    public void run() {
        CommandLine.usage(spec, output);
    }

    @Command(name = "list", description = "Lists the bundles there are.", mixinStandardHelpOptions = true)
    int list(@Mixin BundleOptions bundles) throws ExecutorException {
        for (Map.Entry<String, Path> entry : bundles.library().bundles().entrySet()) {
            try {
                BundleManifest manifest = EngineBundle.readManifest(entry.getValue());
                String state = manifest.isRecipe() ? "(no weights yet)  " : "";
                if (!manifest.isRecipe()) {
                    EngineBundle.open(entry.getValue());
                }
                output.printf(
                        "%s %s  %s  %s%s%n",
                        manifest.name(), manifest.version(), entry.getValue(), state, manifest.description());
            } catch (ExecutorException e) {
                output.printf("%s  damaged: %s%n", entry.getKey(), e.getMessage());
            }
        }
        return ExitCode.DONE.value();
    }

    @Command(name = "inspect", description = "Says what a bundle holds and can do.", mixinStandardHelpOptions = true)
    int inspect(
            @Mixin BundleOptions bundles,
            @Parameters(paramLabel = "NAME|DIR", defaultValue = ClipRequest.DEFAULT_BUNDLE) String name,
            @Option(
                            names = "--plan",
                            description = "Say what memory clips take, and how they run on GPUs of these sizes.")
                    boolean plan,
            @Option(
                            names = "--memory",
                            paramLabel = "GB",
                            split = ",",
                            defaultValue = "80,141",
                            description = "GPU memories for --plan, default ${DEFAULT-VALUE}.")
                    List<Integer> memories)
            throws ExecutorException {
        Path folder = bundles.find(name);
        BundleManifest manifest = EngineBundle.readManifest(folder);
        if (plan) {
            PlanReport.lines(manifest, memories).forEach(output::println);
            return ExitCode.DONE.value();
        }
        if (manifest.isRecipe()) {
            line("weights", "none yet; \"bundle import\" adds them");
        } else {
            line("digest", EngineBundle.open(folder).digest());
        }
        var geometry = manifest.geometry();
        line("bundle", manifest.name() + " " + manifest.version() + ", " + manifest.licence());
        line("about", manifest.description());
        line("folder", folder);
        line("languages", String.join(", ", manifest.languages()));
        line("sizes", geometry.sizes());
        line(
                "frames",
                geometry.frames().minimum() + " to " + geometry.frames().maximum() + " in steps of "
                        + geometry.frames().step());
        line("frame rates", geometry.frameRates());
        line(
                "prediction",
                manifest.prediction().type().name().toLowerCase(Locale.ROOT)
                        + (manifest.boundary() == null ? "" : ", experts change at " + manifest.boundary()));
        manifest.modes()
                .forEach((mode, settings) -> line(
                        "mode " + mode,
                        settings.sampler() + ", " + settings.steps() + " steps"
                                + (settings.networks().isEmpty() ? "" : ", " + settings.networks())));
        for (var network : manifest.networks().entrySet()) {
            Path file = folder.resolve(network.getValue().file());
            String bytes = manifest.isRecipe() ? "" : String.format(Locale.ROOT, ", %,d bytes", size(file));
            line(
                    "network " + network.getKey(),
                    String.format(
                                    Locale.ROOT,
                                    "%,d parameters",
                                    network.getValue().parameters())
                            + bytes);
        }
        return ExitCode.DONE.value();
    }

    @Command(
            name = "verify",
            description = "Checks every file's digest, and that every network loads and has the ports of its part.",
            mixinStandardHelpOptions = true)
    int verify(
            @Mixin BundleOptions bundles,
            @Parameters(paramLabel = "NAME|DIR", defaultValue = ClipRequest.DEFAULT_BUNDLE) String name)
            throws ExecutorException {
        EngineBundle bundle = bundles.open(name);
        try (Backend backend = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard())) {
            bundle.verify(backend, ProgressListener.NONE);
        }
        output.println(
                "good: " + bundle.manifest().name() + " " + bundle.manifest().version() + " " + bundle.digest());
        return ExitCode.DONE.value();
    }

    @Command(name = "pack", description = "Packs a bundle into one archive.", mixinStandardHelpOptions = true)
    int pack(
            @Mixin BundleOptions bundles,
            @Parameters(index = "0", paramLabel = "NAME|DIR") String name,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "ARCHIVE",
                            description = "Default NAME-VERSION.tar.zst in this folder.")
                    Path archive,
            @Option(
                            names = "--engines",
                            paramLabel = "GPU",
                            arity = "0..1",
                            split = ",",
                            fallbackValue = ALL,
                            description =
                                    "Add the networks that are compiled on this machine: for GPUs of these compute"
                                            + " capabilities (9.0,12.0), or all.")
                    List<String> architectures)
            throws ExecutorException {
        EngineBundle bundle = bundles.open(name);
        Map<String, Path> engines = architectures == null ? Map.of() : engines(bundle, architectures);
        BundleManifest manifest = bundle.manifest();
        Path target =
                archive != null ? archive : Path.of(manifest.name() + "-" + manifest.version() + BundleArchive.SUFFIX);
        BundleArchive.pack(bundle, target, engines, ProgressListener.NONE);
        output.println(target);
        return ExitCode.DONE.value();
    }

    private static Map<String, Path> engines(EngineBundle bundle, List<String> architectures) throws ExecutorException {
        Set<String> wanted = architectures.contains(ALL) ? Set.of() : Set.copyOf(architectures);
        List<EngineSpecification> networks = TensorRtNetworks.of(bundle);
        Map<String, Path> engines = new TreeMap<>();
        try {
            for (Path folder : List.of(
                    bundle.folder().resolve(PackedEngines.FOLDER),
                    TensorRtBackend.Options.standard(NativeLibraries.cacheFolder())
                            .cache())) {
                engines.putAll(new EngineCache(folder).enginesOf(networks, wanted));
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, "The compiled networks cannot be read (" + e + "); compile them again.", e);
        }
        if (engines.isEmpty()) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "No network of " + bundle.manifest().name() + " is compiled"
                            + (wanted.isEmpty() ? "" : " for compute capability " + String.join(", ", wanted))
                            + " on this machine; run \"bundle compile\" first, or pack without --engines.");
        }
        return engines;
    }

    @Command(name = "unpack", description = "Unpacks an archive safely.", mixinStandardHelpOptions = true)
    int unpack(
            @Parameters(index = "0", paramLabel = "ARCHIVE") Path archive,
            @Parameters(
                            index = "1",
                            paramLabel = "DIR",
                            defaultValue = ".",
                            description = "The bundle gets a folder of its name in it; default this folder.")
                    Path parent)
            throws ExecutorException {
        output.println(BundleArchive.unpack(archive, parent, UnpackLimits.standard(), ProgressListener.NONE)
                .folder());
        return ExitCode.DONE.value();
    }

    private void line(String name, Object value) {
        output.printf("%-24s %s%n", name, value);
    }

    private static long size(Path file) throws ExecutorException {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE, "The file " + file + " cannot be read (" + e + "): restore the bundle.", e);
        }
    }
}
