package io.jenkins.plugins.generatevideo.step;

import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import java.util.function.Consumer;

/**
 * Checks the fields of a form one by one, as the executor would, with its sentences. They look at their argument only, so
 * anyone may ask them. A text with a variable is left to the build.
 */
final class ClipForm {
    private static final String ANY_PROMPT = "a red ball";

    private ClipForm() {}

    static ListBoxModel modes() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.ClipForm_Default(), "");
        items.add(Messages.Mode_Standard(), "standard");
        items.add(Messages.Mode_Fast(), "fast");
        items.add(Messages.Mode_Cached(), "cached");
        items.add(Messages.Mode_Preview(), "preview");
        return items;
    }

    static ListBoxModel backends() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.ClipForm_Default(), "");
        for (String backend : ClipRequest.BACKENDS) {
            items.add(backend, backend);
        }
        return items;
    }

    static FormValidation prompt(String value) {
        // The prompt has no default.
        return answer(problem(value == null ? "" : value, text -> request(text, null, null, null, null, null, null)));
    }

    static FormValidation negativePrompt(String value) {
        return check(value, text -> request(ANY_PROMPT, text, null, null, null, null, null));
    }

    static FormValidation quality(String value) {
        return check(value, text -> request(ANY_PROMPT, null, Integer.valueOf(text), null, null, null, null));
    }

    static FormValidation seed(String value) {
        return check(value, text -> request(ANY_PROMPT, null, null, Long.valueOf(text), null, null, null));
    }

    static FormValidation size(String value) {
        return check(value, text -> request(ANY_PROMPT, null, null, null, text, null, null));
    }

    static FormValidation duration(String value) {
        return check(value, text -> request(ANY_PROMPT, null, null, null, null, Double.valueOf(text), null));
    }

    static FormValidation fps(String value) {
        return check(value, text -> request(ANY_PROMPT, null, null, null, null, null, Integer.valueOf(text)));
    }

    static FormValidation takes(String value) {
        return check(value, text -> {
            int takes = Integer.parseInt(text);
            if (takes < 1 || takes > ClipParameters.MOST_TAKES) {
                throw new IllegalArgumentException(Messages.ClipParameters_TooMany(ClipParameters.MOST_TAKES));
            }
        });
    }

    /** What is wrong with a field's text, or null. */
    static String problem(String value, Consumer<String> make) {
        String text = value.trim();
        if (text.indexOf('$') >= 0) {
            return null;
        }
        try {
            make.accept(text);
            return null;
        } catch (NumberFormatException e) {
            return Messages.ClipForm_NoNumber(text);
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    /** An empty field means the default. */
    private static FormValidation check(String value, Consumer<String> make) {
        return value == null || value.isBlank() ? FormValidation.ok() : answer(problem(value, make));
    }

    private static FormValidation answer(String problem) {
        return problem == null ? FormValidation.ok() : FormValidation.error(problem);
    }

    private static void request(
            String prompt, String negative, Integer quality, Long seed, String size, Double duration, Integer fps) {
        new ClipRequest(prompt, negative, null, quality, seed, size, duration, fps, null, null);
    }
}
