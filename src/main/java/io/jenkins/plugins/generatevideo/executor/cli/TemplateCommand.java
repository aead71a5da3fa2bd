package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.cache.ContentStore;
import io.jenkins.plugins.generatevideo.executor.cache.SceneTemplates;
import io.jenkins.plugins.generatevideo.executor.cache.SceneTemplates.Recipe;
import io.jenkins.plugins.generatevideo.executor.cache.TemplateFile;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import io.jenkins.plugins.generatevideo.executor.template.ScenePicture;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code template}: looks after the scene templates that {@code generate --save-template} has saved. */
@Command(
        name = "template",
        description = "Lists, shows, exports, pins and removes scene templates.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class TemplateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private final PrintStream output = System.out;

    @Override
    public void run() {
        CommandLine.usage(spec, output);
    }

    @Command(name = "list", description = "Lists the templates of a cache.", mixinStandardHelpOptions = true)
    int list(@Mixin CacheOptions cache) throws ExecutorException {
        try (ContentStore store = cache.openNeeded(System.err::println)) {
            SceneTemplates templates = new SceneTemplates(store);
            for (String name : templates.names()) {
                try {
                    Recipe recipe = recipe(templates, name);
                    output.printf(
                            Locale.ROOT,
                            "%s  %s, %s, %.0f %% of the picture known%s%n",
                            name,
                            about(recipe.origin()),
                            recipe.origin().prompt(),
                            100 * recipe.knownShare(),
                            templates.isPinned(recipe) ? ", pinned" : "");
                } catch (ExecutorException e) {
                    output.printf("%s  damaged: %s%n", name, e.getMessage());
                }
            }
        }
        return ExitCode.DONE.value();
    }

    @Command(name = "show", description = "Says what a template holds.", mixinStandardHelpOptions = true)
    int show(
            @Mixin CacheOptions cache,
            @Parameters(paramLabel = "NAME|FILE") String template,
            @Option(
                            names = "--picture",
                            paramLabel = "FILE",
                            description = "Write the scene as a PNG file; what is not known is chequered.")
                    Path picture)
            throws ExecutorException {
        SceneTemplate scene = content(cache, template);
        SceneTemplate.Origin origin = scene.origin();
        line("bundle", origin.bundle() + " " + origin.bundleVersion() + ", " + origin.bundleDigest());
        line("prompt", origin.prompt());
        line("negative prompt", origin.negativePrompt());
        line("seed", origin.seed());
        line("mode", origin.mode() + ", quality " + origin.quality());
        line("size", origin.width() + "x" + origin.height() + ", " + origin.frames() + " frames");
        line("known", String.format(Locale.ROOT, "%.1f %% of the picture", 100 * scene.knownShare()));
        line("digest", scene.digest());
        if (picture != null) {
            ScenePicture.write(scene, picture);
        }
        return ExitCode.DONE.value();
    }

    @Command(
            name = "export",
            description = "Writes a template into a file, to be kept or used anywhere.",
            mixinStandardHelpOptions = true)
    int export(
            @Mixin CacheOptions cache,
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(
                            paramLabel = "FILE",
                            arity = "0..1",
                            description = "Default NAME" + TemplateFile.SUFFIX + " in this folder.")
                    Path file)
            throws ExecutorException {
        Path target = file != null ? file : Path.of(name + TemplateFile.SUFFIX);
        TemplateFile.write(content(cache, name), target);
        output.println(target);
        return ExitCode.DONE.value();
    }

    @Command(
            name = "pin",
            description = "Keeps a template's content in the cache, whatever else needs its place.",
            mixinStandardHelpOptions = true)
    int pin(@Mixin CacheOptions cache, @Parameters(paramLabel = "NAME") String name) throws ExecutorException {
        return change(cache, name, (templates, recipe) -> templates.pin(recipe, true));
    }

    @Command(name = "unpin", description = "Lets a template's content go again.", mixinStandardHelpOptions = true)
    int unpin(@Mixin CacheOptions cache, @Parameters(paramLabel = "NAME") String name) throws ExecutorException {
        return change(cache, name, (templates, recipe) -> templates.pin(recipe, false));
    }

    @Command(name = "remove", description = "Forgets a template.", mixinStandardHelpOptions = true)
    int remove(@Mixin CacheOptions cache, @Parameters(paramLabel = "NAME") String name) throws ExecutorException {
        return change(cache, name, SceneTemplates::remove);
    }

    /** What a command does to a template. */
    @FunctionalInterface
    private interface Change {
        void make(SceneTemplates templates, Recipe recipe) throws ExecutorException;
    }

    private static int change(CacheOptions cache, String name, Change change) throws ExecutorException {
        try (ContentStore store = cache.openNeeded(System.err::println)) {
            SceneTemplates templates = new SceneTemplates(store);
            change.make(templates, recipe(templates, name));
        }
        return ExitCode.DONE.value();
    }

    private static SceneTemplate content(CacheOptions cache, String template) throws ExecutorException {
        if (TemplateFile.isFile(template)) {
            return TemplateFile.read(Path.of(template));
        }
        try (ContentStore store = cache.openNeeded(System.err::println)) {
            SceneTemplates templates = new SceneTemplates(store);
            return templates
                    .content(recipe(templates, template))
                    .orElseThrow(() -> new ExecutorException(
                            ExitCode.BAD_REQUEST,
                            "The scene template " + template + " is no longer whole in the cache: the next clip in its"
                                    + " scene makes it anew."));
        }
    }

    private static Recipe recipe(SceneTemplates templates, String name) throws ExecutorException {
        return templates
                .find(name)
                .orElseThrow(() -> new ExecutorException(
                        ExitCode.BAD_REQUEST,
                        "There is no scene template " + name + " in the cache: \"template list\" lists them."));
    }

    private static String about(SceneTemplate.Origin origin) {
        return String.format(
                Locale.ROOT,
                "%s %s, %d frames of %dx%d, seed %d",
                origin.bundle(),
                origin.bundleVersion(),
                origin.frames(),
                origin.width(),
                origin.height(),
                origin.seed());
    }

    private void line(String name, Object value) {
        output.printf("%-24s %s%n", name, value);
    }
}
