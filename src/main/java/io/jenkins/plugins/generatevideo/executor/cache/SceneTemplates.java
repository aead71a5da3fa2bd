package io.jenkins.plugins.generatevideo.executor.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.bundle.StrictJson;
import io.jenkins.plugins.generatevideo.executor.diffusion.SceneTemplate;
import io.jenkins.plugins.generatevideo.executor.video.UnfinishedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The scene templates that were saved under names in a cache. A name stands for a recipe, a small file: what the template
 * was made of, and where its content lies among the cache's entries. The content may go, as everything there; the recipe
 * stays and makes it again.
 */
public final class SceneTemplates {
    private static final String FOLDER = "templates";
    private static final String SUFFIX = ".json";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final ObjectWriter JSON = StrictJson.mapper().writerWithDefaultPrettyPrinter();

    private final ContentStore store;

    public SceneTemplates(ContentStore store) {
        this.store = store;
    }

    /**
     * A saved template.
     *
     * @param key under which its content lies in the cache
     * @param digest of its content
     * @param knownShare the share of the picture that it knows, 0 to 1
     * @param request what makes it again, every value settled
     */
    public record Recipe(
            String schema,
            String name,
            String key,
            String digest,
            double knownShare,
            SceneTemplate.Origin origin,
            ClipRequest request) {
        static final String SCHEMA = "generate-video/template/1";

        public Recipe {
            if (!SCHEMA.equals(schema)) {
                throw new IllegalArgumentException("\"schema\" must be \"" + SCHEMA + "\"");
            }
            if (!isName(name)
                    || key == null
                    || !key.matches("[0-9a-f]{64}")
                    || digest == null
                    || origin == null
                    || request == null) {
                throw new IllegalArgumentException("it lacks its name, key, digest, origin or request");
            }
        }
    }

    /** Whether a template can have this name: 1 to 64 ASCII letters, digits, dots, dashes and underscores. */
    public static boolean isName(String name) {
        return name != null && NAME.matcher(name).matches() && !name.endsWith(TemplateFile.SUFFIX);
    }

    /**
     * Saves a template under a name; another one of that name is forgotten.
     *
     * @param request what makes it again, every value settled
     */
    public void save(String name, SceneTemplate template, ClipRequest request) throws ExecutorException {
        // Content has its own digest as the key: two names of one scene share it.
        Recipe recipe = new Recipe(
                Recipe.SCHEMA,
                name,
                template.digest(),
                template.digest(),
                template.knownShare(),
                template.origin(),
                request);
        boolean pinned = find(name).filter(this::isPinned).isPresent();
        store.keep(recipe.key(), TemplateFile.parts(template));
        Path file = file(name);
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED,
                    "The folder " + file.getParent() + " cannot be made (" + e + "): check the cache.",
                    e);
        }
        UnfinishedFile.write(file, stream -> JSON.writeValue(stream, recipe));
        if (pinned) {
            store.pin(recipe.key(), true);
        }
    }

    /**
     * The recipe of a name.
     *
     * @throws ExecutorException {@code BAD_REQUEST} if it is damaged
     */
    public Optional<Recipe> find(String name) throws ExecutorException {
        if (!isName(name)) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST,
                    "\"" + name + "\" is no name of a scene template: take 1 to 64 letters, digits, dots, dashes and"
                            + " underscores.");
        }
        Path file = file(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Recipe recipe = StrictJson.mapper().readValue(Files.readAllBytes(file), Recipe.class);
            return Optional.of(recipe).filter(found -> found.name().equals(name));
        } catch (JsonProcessingException e) {
            throw damaged(name, file, StrictJson.problem(e), e);
        } catch (IOException e) {
            throw damaged(name, file, e.toString(), e);
        }
    }

    /** The content of a saved template; nothing if it had to make room for something else, or was damaged. */
    public Optional<SceneTemplate> content(Recipe recipe) {
        return store.find(recipe.key())
                .flatMap(TemplateFile::template)
                .filter(template -> template.digest().equals(recipe.digest()));
    }

    /** The names, sorted. */
    public List<String> names() throws ExecutorException {
        Path folder = store.folder().resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .filter(SceneTemplates::isName)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.BAD_REQUEST, "The folder " + folder + " cannot be read (" + e + "): check it.", e);
        }
    }

    public boolean isPinned(Recipe recipe) {
        return store.isPinned(recipe.key());
    }

    /** Says whether a template's content stays in the cache whatever else needs its place. */
    public void pin(Recipe recipe, boolean pinned) throws ExecutorException {
        store.pin(recipe.key(), pinned);
    }

    /** Forgets a name, and its content if no other name has it. */
    public void remove(Recipe recipe) throws ExecutorException {
        try {
            Files.deleteIfExists(file(recipe.name()));
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, file(recipe.name()) + " cannot be removed (" + e + "): check the folder.", e);
        }
        List<String> keys = new ArrayList<>();
        for (String name : names()) {
            find(name).ifPresent(other -> keys.add(other.key()));
        }
        if (!keys.contains(recipe.key())) {
            store.remove(recipe.key());
        }
    }

    private Path file(String name) {
        return store.folder().resolve(FOLDER).resolve(name + SUFFIX);
    }

    private static ExecutorException damaged(String name, Path file, String problem, Exception cause) {
        return new ExecutorException(
                ExitCode.BAD_REQUEST,
                "The scene template " + name + " in " + file + " is damaged (" + problem
                        + "): save it anew with --save-template " + name + ".",
                cause);
    }
}
