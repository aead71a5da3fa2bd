package io.jenkins.plugins.generatevideo.step;

import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.generatevideo.contract.BundleOffer;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import java.util.function.Function;
import org.kohsuke.stapler.QueryParameter;

/**
 * The form of a generation: fills its lists and checks its fields one by one, as the executor would, with its sentences.
 * For descriptors.
 */
public interface ClipForm extends BundleForm {
    default ListBoxModel doFillModeItems() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.ClipForm_Default(), "");
        items.add(Messages.Mode_Standard(), "standard");
        items.add(Messages.Mode_Fast(), "fast");
        items.add(Messages.Mode_Cached(), "cached");
        items.add(Messages.Mode_Preview(), "preview");
        return items;
    }

    default ListBoxModel doFillBackendItems() {
        ListBoxModel items = new ListBoxModel();
        items.add(Messages.ClipForm_Default(), "");
        for (String backend : ClipRequest.BACKENDS) {
            items.add(backend, backend);
        }
        return items;
    }

    default FormValidation doCheckPrompt(@QueryParameter String value) {
        // The prompt has no default.
        return BundleForm.answer(BundleForm.problem(value == null ? "" : value, ClipRequest::of));
    }

    default FormValidation doCheckNegativePrompt(@QueryParameter String value) {
        return BundleForm.check(value, text -> request(text, null, null, null, null, null));
    }

    default FormValidation doCheckQuality(@QueryParameter String value) {
        return BundleForm.check(value, text -> request(null, Integer.valueOf(text), null, null, null, null));
    }

    default FormValidation doCheckSeed(@QueryParameter String value) {
        return BundleForm.check(value, text -> request(null, null, Long.valueOf(text), null, null, null));
    }

    default FormValidation doCheckSize(@QueryParameter String value, @QueryParameter String bundle) {
        return checkOffered(value, bundle, text -> request(null, null, null, text, null, null));
    }

    default FormValidation doCheckDuration(
            @QueryParameter String value, @QueryParameter String fps, @QueryParameter String bundle) {
        Integer rate = fps != null && fps.matches("[0-9]{1,6}") ? Integer.valueOf(fps) : null;
        return checkOffered(value, bundle, text -> request(null, null, null, null, Double.valueOf(text), rate));
    }

    default FormValidation doCheckFps(@QueryParameter String value, @QueryParameter String bundle) {
        return checkOffered(value, bundle, text -> request(null, null, null, null, null, Integer.valueOf(text)));
    }

    default FormValidation doCheckTemplate(@QueryParameter String value) {
        return BundleForm.check(value, ClipParameters::checkTemplate);
    }

    default FormValidation doCheckSaveTemplate(@QueryParameter String value) {
        return BundleForm.check(value, ClipParameters::checkTemplateName);
    }

    default FormValidation doCheckTakes(@QueryParameter String value) {
        return BundleForm.check(value, text -> ClipParameters.checkTakes(Integer.parseInt(text), 1));
    }

    default FormValidation doCheckOutput(@QueryParameter String value) {
        return BundleForm.check(value, ClipParameters::folder);
    }

    /**
     * Also whether the bundle can do it; only a warning, since an agent may have another bundle of that name. Of the global
     * configuration it lets no more be seen than what the plugin's own bundles can do.
     */
    private static FormValidation checkOffered(String value, String bundle, Function<String, ClipRequest> make) {
        if (value == null || value.isBlank() || value.indexOf('$') >= 0) {
            return FormValidation.ok();
        }
        String problem = BundleForm.problem(value, make::apply);
        BundleOffer offer = problem == null ? BundleOffers.configured(bundle) : null;
        if (offer == null) {
            return BundleForm.answer(problem);
        }
        String refusal = BundleForm.problem(value, text -> offer.check(make.apply(text)));
        return refusal == null ? FormValidation.ok() : FormValidation.warning(refusal);
    }

    private static ClipRequest request(
            String negative, Integer quality, Long seed, String size, Double duration, Integer fps) {
        return new ClipRequest("any", negative, null, quality, seed, size, duration, fps, null, null);
    }
}
