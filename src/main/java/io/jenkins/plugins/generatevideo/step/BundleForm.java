package io.jenkins.plugins.generatevideo.step;

import hudson.util.FormValidation;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import java.util.function.Consumer;
import org.kohsuke.stapler.QueryParameter;

/**
 * The fields that forms of steps with an engine bundle share. The checks look at their argument only, so anyone may ask
 * them. A text with a variable is left to the build. For descriptors.
 */
public interface BundleForm {
    default FormValidation doCheckBundle(@QueryParameter String value) {
        return check(value, text -> {
            if (ArtifactBundle.isReference(text)) {
                ArtifactBundle.check(text);
            } else {
                ClipRequest.checkBundle(text);
            }
        });
    }

    default FormValidation doCheckTimeLimit(@QueryParameter String value) {
        return check(value, text -> ClipParameters.checkTimeLimit(Integer.valueOf(text)));
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
    static FormValidation check(String value, Consumer<String> make) {
        return value == null || value.isBlank() ? FormValidation.ok() : answer(problem(value, make));
    }

    static FormValidation answer(String problem) {
        return problem == null ? FormValidation.ok() : FormValidation.error(problem);
    }
}
