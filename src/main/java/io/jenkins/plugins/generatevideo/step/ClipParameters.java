package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.model.Run;
import io.jenkins.plugins.generatevideo.config.GenerateVideoConfiguration;
import io.jenkins.plugins.generatevideo.contract.BundleOffer;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What the Pipeline step and the freestyle step have in common: their parameters, and how they become requests. Null means
 * the default; only what differs from it is stored.
 */
final class ClipParameters implements Serializable {
    private static final long serialVersionUID = 1L;

    static final String DEFAULT_OUTPUT = "generated-video";
    static final int MOST_TAKES = 100;

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,63}");
    private static final Pattern TEMPLATE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    // 31 bits: short enough to be read out and typed again.
    private static final int RANDOM_SEEDS = Integer.MAX_VALUE;

    String prompt;
    String negativePrompt;
    String mode;
    Integer quality;
    /** A whole number, possibly by way of a variable. */
    String seed;

    String size;
    Double duration;
    Integer fps;
    String bundle;
    String backend;
    String output;
    Integer takes;
    /** The name of a saved scene, or its file in the workspace. */
    String template;
    /** A name for the clip's scene. */
    String saveTemplate;
    /** Whether the mode stays, however many builds wait. */
    boolean finalClip;

    /** In seconds, for all clips of the step together. */
    Integer timeLimit;

    boolean keepInWorkspace;

    /** Whether clips are archived; true unless said otherwise. */
    boolean archived() {
        return !keepInWorkspace;
    }

    /**
     * Plans every clip: for each prompt as many takes as asked for, with seeds counted up.
     *
     * @param prompts by name, or null for the single prompt
     * @param expand replaces build variables
     * @param defaults what holds where a parameter is null
     * @param asking the running build, as whose user the calling thread must run
     * @param offers what the bundle of a name can do, null where only the agent knows
     * @throws AbortException with the sentence of the first thing wrong
     */
    List<PlannedClip> plan(
            Map<String, String> prompts,
            UnaryOperator<String> expand,
            GenerateVideoConfiguration defaults,
            Run<?, ?> asking,
            Function<String, BundleOffer> offers)
            throws IOException {
        try {
            return planned(
                    prompts == null ? Map.of("", prompt == null ? "" : prompt) : prompts,
                    expand,
                    defaults,
                    asking,
                    offers);
        } catch (IllegalArgumentException e) {
            AbortException refused = new AbortException(e.getMessage());
            refused.initCause(e);
            throw refused;
        }
    }

    /** The same plan as tasks of the executor. */
    List<ClipTask> tasks(
            Map<String, String> prompts,
            UnaryOperator<String> expand,
            GenerateVideoConfiguration defaults,
            Run<?, ?> asking,
            Function<String, BundleOffer> offers)
            throws IOException {
        return plan(prompts, expand, defaults, asking, offers).stream()
                .map(clip -> new ClipTask(clip, archived()))
                .toList();
    }

    private List<PlannedClip> planned(
            Map<String, String> prompts,
            UnaryOperator<String> expand,
            GenerateVideoConfiguration defaults,
            Run<?, ?> asking,
            Function<String, BundleOffer> offers)
            throws IOException {
        int takesEach = takes == null ? 1 : takes;
        checkTakes(takesEach, prompts.size());
        checkTimeLimit(timeLimit);
        String saveAs = checkSaveTemplate(expanded(saveTemplate, expand), takesEach * prompts.size());
        long firstSeed = firstSeed(expand);
        String wanted = bundle == null ? defaults.getDefaultBundle() : expanded(bundle, expand);
        ArtifactBundle artifact = ArtifactBundle.isReference(wanted) ? ArtifactBundle.of(wanted, asking) : null;
        String named = artifact == null ? wanted : null;
        BundleOffer offer = artifact == null ? offers.apply(named == null ? ClipRequest.DEFAULT_BUNDLE : named) : null;
        String root = folder(expand.apply(output == null ? DEFAULT_OUTPUT : output));
        List<PlannedClip> clips = new ArrayList<>();
        for (Map.Entry<String, String> entry : prompts.entrySet()) {
            for (int take = 0; take < takesEach; take++) {
                String name = name(entry.getKey(), take, takesEach);
                ClipRequest request =
                        request(expand.apply(entry.getValue()), firstSeed + take, named, expand, defaults);
                if (offer != null) {
                    offer.check(request);
                }
                clips.add(new PlannedClip(
                        name,
                        request,
                        finalClip,
                        saveAs,
                        artifact == null ? request.bundle() : artifact.reference(),
                        artifact,
                        name.isEmpty() ? root : root + "/" + name));
            }
        }
        return clips;
    }

    /** @throws IllegalArgumentException with a sentence, unless the step makes 1 to {@link #MOST_TAKES} clips */
    static void checkTakes(int takes, int prompts) {
        if (takes < 1 || (long) takes * prompts > MOST_TAKES) {
            throw new IllegalArgumentException(Messages.ClipParameters_TooMany(MOST_TAKES));
        }
    }

    /** @throws IllegalArgumentException with a sentence, if the limit is no time */
    static void checkTimeLimit(Integer seconds) {
        if (seconds != null && seconds < 1) {
            throw new IllegalArgumentException(Messages.ClipParameters_BadTimeLimit());
        }
    }

    /** @throws IllegalArgumentException with a sentence, if the name is none or several clips would have it */
    private String checkSaveTemplate(String name, int clips) {
        if (name != null) {
            checkTemplateName(name);
            if (clips > 1) {
                throw new IllegalArgumentException(Messages.ClipParameters_OneTemplate());
            }
            if (template != null) {
                throw new IllegalArgumentException(Messages.ClipParameters_TemplateOfTemplate());
            }
        }
        return name;
    }

    /** @throws IllegalArgumentException with a sentence, if a scene cannot be saved under the name */
    static void checkTemplateName(String name) {
        if (!TEMPLATE_NAME.matcher(name).matches() || name.endsWith(ClipTask.TEMPLATE_SUFFIX)) {
            throw new IllegalArgumentException(Messages.ClipParameters_BadTemplateName(name));
        }
    }

    /**
     * A saved scene's name, or a path below the workspace.
     *
     * @throws IllegalArgumentException with a sentence, if it is neither
     */
    static String checkTemplate(String given) {
        if (given != null) {
            if (given.endsWith(ClipTask.TEMPLATE_SUFFIX)) {
                return folder(given);
            }
            checkTemplateName(given);
        }
        return given;
    }

    /** In seconds; 0 for none. */
    long timeLimitSeconds() {
        return timeLimit == null ? 0 : timeLimit;
    }

    /** The names and texts of several prompts, from what a script gave: a map, or a list, whose names are numbers. */
    static Map<String, String> named(Object prompts) throws AbortException {
        Map<String, String> named = new LinkedHashMap<>();
        if (prompts instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String name = String.valueOf(entry.getKey());
                if (!NAME.matcher(name).matches()) {
                    throw new AbortException(Messages.ClipParameters_BadName(name));
                }
                named.put(name, text(entry.getValue()));
            }
        } else if (prompts instanceof Collection<?> list) {
            for (Object text : list) {
                named.put(String.valueOf(named.size() + 1), text(text));
            }
        } else {
            throw new AbortException(Messages.ClipParameters_BadPrompts());
        }
        if (named.isEmpty()) {
            throw new AbortException(Messages.ClipParameters_BadPrompts());
        }
        return named;
    }

    private ClipRequest request(
            String expandedPrompt,
            long withSeed,
            String named,
            UnaryOperator<String> expand,
            GenerateVideoConfiguration defaults) {
        return new ClipRequest(
                expandedPrompt,
                expanded(negativePrompt, expand),
                // With a quality and no mode the engine bundle knows what the quality means.
                mode == null && quality == null ? defaults.getDefaultMode() : expanded(mode, expand),
                quality,
                withSeed,
                expanded(size, expand),
                duration,
                fps,
                named,
                expanded(backend, expand),
                checkTemplate(expanded(template, expand)),
                null);
    }

    private long firstSeed(UnaryOperator<String> expand) {
        String given = expanded(seed, expand);
        if (given == null) {
            return ThreadLocalRandom.current().nextInt(RANDOM_SEEDS);
        }
        try {
            long first = Long.parseLong(given);
            // Takes count up from it.
            if (first <= Long.MAX_VALUE - MOST_TAKES) {
                return first;
            }
        } catch (NumberFormatException e) {
            // Said below, as for one that is too large.
        }
        throw new IllegalArgumentException(Messages.ClipParameters_BadSeed(given));
    }

    private static String name(String prompt, int take, int takes) {
        if (takes == 1) {
            return prompt;
        }
        return prompt.isEmpty() ? String.valueOf(take + 1) : prompt + "-" + (take + 1);
    }

    private static String text(Object value) throws AbortException {
        if (value instanceof CharSequence text) {
            return text.toString();
        }
        throw new AbortException(Messages.ClipParameters_BadPrompts());
    }

    static String expanded(String text, UnaryOperator<String> expand) {
        String expanded = text == null ? "" : expand.apply(text).trim();
        return expanded.isEmpty() ? null : expanded;
    }

    /**
     * The folder as a path below its root: no way out of it, no absolute path.
     *
     * @throws IllegalArgumentException with a sentence, if it is none
     */
    static String folder(String output) {
        String path = output.replace('\\', '/');
        if (leadsAway(path)) {
            throw new IllegalArgumentException(Messages.ClipParameters_BadOutput(output));
        }
        return String.join("/", path.split("/"));
    }

    /** Whether a path is no plain path below a root: absolute, empty, or with parts that lead elsewhere. */
    static boolean leadsAway(String path) {
        String[] parts = path.split("/");
        return parts.length == 0
                || Arrays.stream(parts)
                        .anyMatch(part -> part.isBlank()
                                || part.equals(".")
                                || part.equals("..")
                                || part.chars().anyMatch(c -> c == ':' || c < ' '));
    }
}
