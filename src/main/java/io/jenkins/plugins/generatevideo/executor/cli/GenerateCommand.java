package io.jenkins.plugins.generatevideo.executor.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.generatevideo.contract.ClipManifest;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.Degraded;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.Admission;
import io.jenkins.plugins.generatevideo.executor.ClipReuse;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.Generation;
import io.jenkins.plugins.generatevideo.executor.Scenes;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.Backends;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import io.jenkins.plugins.generatevideo.executor.backend.OnnxRuntimeOptions;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtBackend;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.TensorRtNetworks;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.bundle.StrictJson;
import io.jenkins.plugins.generatevideo.executor.cache.ClipCache;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import io.jenkins.plugins.generatevideo.executor.cache.SceneTemplates;
import io.jenkins.plugins.generatevideo.executor.diffusion.ClipPlan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code generate}: makes one clip. */
@Command(
        name = "generate",
        description = "Makes a clip: clip.mp4, clip.json, poster.jpg and contact-sheet.jpg.",
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";
    private static final String ALL = "all";
    // A request is a prompt and a few words; this is far more.
    private static final long LARGEST_REQUEST = 1 << 20;

    @ParentCommand
    private GenerateVideo program;

    @Mixin
    private BundleOptions bundles;

    @Option(names = "--prompt", paramLabel = "TEXT", description = "What the clip shows.")
    private String prompt;

    @Option(
            names = "--request",
            paramLabel = "FILE|-",
            description = "The whole request as JSON, from a file or standard input (-); takes the place of the options"
                    + " from --prompt to --backend.")
    private String requestFile;

    @Option(names = "--negative-prompt", paramLabel = "TEXT", description = "What to lead away from.")
    private String negativePrompt;

    @Option(
            names = "--mode",
            paramLabel = "M",
            description =
                    "standard (default), fast, cached or preview; or all: the same clip in each mode of the bundle,"
                            + " side by side, with a table and a plot.")
    private String mode;

    @Option(
            names = "--quality",
            paramLabel = "0..100",
            description = "From the quickest to the best the bundle has; with --mode the share of that mode's steps."
                    + " Default 100.")
    private Integer quality;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same clip; default random.")
    private Long seed;

    @Option(names = "--size", paramLabel = "WxH", description = "In pixels; default the bundle's first.")
    private String size;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "Default the bundle's own.")
    private Double duration;

    @Option(names = "--fps", paramLabel = "N", description = "Frames a second; default the bundle's first.")
    private Integer fps;

    @Option(
            names = "--bundle",
            paramLabel = "NAME|DIR|URL",
            description = "The engine bundle; default shapes. A URL ends with #sha256= and its archive's digest.")
    private String bundle;

    @Option(names = "--backend", paramLabel = "B", description = "auto (default), tensorrt or onnxruntime.")
    private String backend;

    @Option(names = "--output", paramLabel = "DIR", required = true, description = "Where the four files will stand.")
    private Path output;

    @Option(names = "--threads", paramLabel = "N", description = "Threads for the networks; default all cores.")
    private Integer threads;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + Admission.DEFAULT_LIMIT,
            description = "Generations at a time on this machine, whoever started them; the others wait. Default"
                    + " ${DEFAULT-VALUE}.")
    private int limit;

    @Option(
            names = "--template",
            paramLabel = "NAME|FILE",
            description = "A scene template: the clip is set in its scene, and what stands still there stays as it is.")
    private String template;

    @Option(
            names = "--save-template",
            paramLabel = "NAME",
            description = "Save the clip's scene as a template: in the cache, if there is one, and as NAME.template in"
                    + " the output folder.")
    private String saveTemplate;

    @Mixin
    private CacheOptions cache;

    @Mixin
    private RunOptions run;

    @Override
    public Integer call() throws ExecutorException {
        if (limit < 1 || threads != null && threads < 1) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, "--limit and --threads must be 1 or more.");
        }
        ClipRequest request = request();
        checkTemplates(request);
        checkAll();
        if (!cache.isUsed()) {
            HeadStart.ofMaking();
        }
        run.watchInput(program.cancellation);
        EngineBundle engines = bundles.open(
                request.bundle() == null ? ClipRequest.DEFAULT_BUNDLE : request.bundle(),
                run.progress(),
                program.cancellation);
        request = possible(request, engines);
        // Refuses what the bundle cannot do before anything waits or loads.
        ClipPlan plan = ClipPlan.of(request, engines.manifest());
        try (ProgressReporter reporter =
                        new ProgressReporter(run.progress(), System.out, System.err, program.cancellation);
                Backend networks = open(request.backend(), engines, reporter);
                ContentStore store = cache.open(reporter::warned)) {
            if (ALL.equals(mode)) {
                compareModes(request, plan.seed(), engines, networks, reporter);
            } else {
                single(request, plan, engines, networks, store, reporter);
            }
        }
        return ExitCode.DONE.value();
    }

    private void single(
            ClipRequest request,
            ClipPlan plan,
            EngineBundle engines,
            Backend networks,
            ContentStore store,
            ProgressReporter reporter)
            throws ExecutorException {
        Optional<ClipPlan> set = new Scenes(engines, Optional.ofNullable(store)).set(plan, request.template());
        Optional<ClipManifest> kept = store == null || set.isEmpty() || saveTemplate != null
                ? Optional.empty()
                : new ClipReuse(new ClipCache(store, engines, networks), program.cancellation)
                        .publish(request, set.get(), output, program.start, reporter);
        ClipManifest manifest =
                kept.isPresent() ? kept.get() : make(request, engines, networks, Optional.ofNullable(store), reporter);
        reporter.finished(String.format(
                Locale.ROOT,
                "%s: %d frames of %dx%d, seed %d, %.1f s (%.0f ms a frame, %s)%s",
                output.resolve(manifest.clip().file()),
                manifest.clip().frames(),
                manifest.clip().width(),
                manifest.clip().height(),
                manifest.request().seed(),
                manifest.timings().totalSeconds(),
                manifest.millisecondsPerFrame(),
                manifest.latencyClass(),
                kept.isPresent() ? ", from the cache" : ""));
    }

    /** Makes the same clip in each mode, each in a folder of the mode's name, and writes how they compare. */
    private void compareModes(
            ClipRequest request, long commonSeed, EngineBundle engines, Backend networks, ProgressReporter reporter)
            throws ExecutorException {
        List<String> modes = ClipRequest.MODES.stream()
                .filter(engines.manifest().modes()::containsKey)
                .toList();
        List<ClipManifest> made = new ArrayList<>();
        List<Path> clips = new ArrayList<>();
        try (Admission admission = Admission.enter(NativeLibraries.cacheFolder(), limit, reporter);
                Generation generation =
                        new Generation(engines, networks, Optional.empty(), program.cancellation, System.nanoTime())) {
            for (String each : modes) {
                Path folder = output.resolve(each);
                made.add(generation.generate(request.in(each, null).with(commonSeed), folder, reporter));
                clips.add(folder.resolve(made.get(made.size() - 1).clip().file()));
            }
        }
        ModeComparison comparison = ModeComparison.of(made, clips);
        comparison.write(output.resolve(ModeComparison.TABLE));
        ModePlot.write(comparison, output.resolve(ModeComparison.PLOT));
        reporter.finished(comparison.text());
    }

    private ClipManifest make(
            ClipRequest request,
            EngineBundle engines,
            Backend networks,
            Optional<ContentStore> store,
            ProgressReporter reporter)
            throws ExecutorException {
        if (store.isPresent()) {
            // without a cache it has begun already
            HeadStart.ofMaking();
        }
        try (Admission admission = Admission.enter(NativeLibraries.cacheFolder(), limit, reporter);
                Generation generation = new Generation(engines, networks, store, program.cancellation, program.start)) {
            return generation.generate(request, output, Optional.ofNullable(saveTemplate), reporter);
        }
    }

    /** A request in a quicker mode than was asked for goes back to that one, if the bundle does not have the quicker. */
    private static ClipRequest possible(ClipRequest request, EngineBundle engines) {
        Degraded degraded = request.degraded();
        if (degraded == null || engines.manifest().modes().containsKey(request.mode())) {
            return request;
        }
        System.err.println("The engine bundle " + engines.manifest().name() + " has no mode " + request.mode()
                + ", so the clip is made in the mode " + degraded.from() + ", as it was asked for.");
        return request.in(degraded.from(), null);
    }

    private void checkAll() throws ExecutorException {
        if (ALL.equals(mode) && (cache.isNamed() || saveTemplate != null || quality != null)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "--mode all measures every mode as it is: leave --cache, --save-template and --quality out.");
        }
    }

    private void checkTemplates(ClipRequest request) throws ExecutorException {
        if (saveTemplate != null && !SceneTemplates.isName(saveTemplate)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "\"" + saveTemplate
                            + "\" is no name for a scene template: take 1 to 64 letters, digits, dots, dashes"
                            + " and underscores.");
        }
        if (saveTemplate != null && request.template() != null) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "A clip in the scene of a template cannot be saved as another one: choose one of --template and"
                            + " --save-template.");
        }
    }

    private ClipRequest request() throws ExecutorException {
        if ((prompt == null) == (requestFile == null)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "Say what the clip shows, with either --prompt or --request.");
        }
        if (requestFile != null) {
            return requestFile.equals(STANDARD_INPUT) ? read(System.in, "standard input") : read(Path.of(requestFile));
        }
        try {
            return new ClipRequest(
                    prompt,
                    negativePrompt,
                    ALL.equals(mode) ? null : mode,
                    quality,
                    seed,
                    size,
                    duration,
                    fps,
                    bundle,
                    backend,
                    template,
                    null);
        } catch (IllegalArgumentException e) {
            throw new ExecutorException(ExitCode.BAD_REQUEST, e.getMessage(), e);
        }
    }

    private static ClipRequest read(Path file) throws ExecutorException {
        try (InputStream stream = Files.newInputStream(file)) {
            if (Files.size(file) > LARGEST_REQUEST) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST, "The request " + file + " is larger than 1 MB: shorten it.");
            }
            return read(stream, file.toString());
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "The request " + file + " cannot be read (" + e + "): name another file.", e);
        }
    }

    /** Reads one JSON object and leaves the stream open, since its end may mean something else. */
    private static ClipRequest read(InputStream stream, String place) throws ExecutorException {
        JsonMapper mapper = StrictJson.mapper()
                .rebuild()
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)
                .build();
        try {
            ClipRequest request = mapper.readValue(stream, ClipRequest.class);
            if (request == null) {
                throw new ExecutorException(
                        ExitCode.BAD_REQUEST, "The request in " + place + " is null: send an object.");
            }
            return request;
        } catch (JsonProcessingException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "The request in " + place + " is wrong at " + StrictJson.problem(e), e);
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "The request in " + place + " cannot be read (" + e + "): send it again.", e);
        }
    }

    private Backend open(String wanted, EngineBundle engines, ProgressReporter reporter) throws ExecutorException {
        OnnxRuntimeOptions options = OnnxRuntimeOptions.standard();
        return Backends.open(
                wanted,
                threads == null ? options : options.withThreads(threads),
                TensorRtBackend.Options.standard(NativeLibraries.cacheFolder()),
                TensorRtNetworks.of(engines),
                System.getenv(),
                reporter.compiling(program.cancellation));
    }
}
