package io.jenkins.plugins.generatevideo.step;

import hudson.util.FormValidation;
import io.jenkins.plugins.generatevideo.contract.ComparisonGates;
import java.util.List;
import org.kohsuke.stapler.QueryParameter;

/**
 * The form of a comparison: checks its fields one by one, as the executor would, with its sentences. The checks look at
 * their argument only, so anyone may ask them. A text with a variable is left to the build. For descriptors.
 */
public interface ComparisonForm {
    default FormValidation doCheckBaselineFiles(@QueryParameter String value) {
        return BundleForm.check(value, ClipParameters::folder);
    }

    default FormValidation doCheckCandidateFiles(@QueryParameter String value) {
        return BundleForm.check(value, ClipParameters::folder);
    }

    default FormValidation doCheckClips(@QueryParameter String value) {
        return BundleForm.check(value, ClipParameters::folder);
    }

    default FormValidation doCheckOutput(@QueryParameter String value) {
        return BundleForm.check(value, ClipParameters::folder);
    }

    default FormValidation doCheckMinPsnr(@QueryParameter String value) {
        return BundleForm.check(value, text -> gates(Double.valueOf(text), null, null, null, null, null));
    }

    default FormValidation doCheckMinSsim(@QueryParameter String value) {
        return BundleForm.check(value, text -> gates(null, Double.valueOf(text), null, null, null, null));
    }

    default FormValidation doCheckMinMsSsim(@QueryParameter String value) {
        return BundleForm.check(value, text -> gates(null, null, Double.valueOf(text), null, null, null));
    }

    default FormValidation doCheckMaxFlip(@QueryParameter String value) {
        return BundleForm.check(value, text -> gates(null, null, null, Double.valueOf(text), null, null));
    }

    default FormValidation doCheckMaxColourShift(@QueryParameter String value) {
        return BundleForm.check(value, text -> gates(null, null, null, null, Double.valueOf(text), null));
    }

    default FormValidation doCheckGates(@QueryParameter String value) {
        return BundleForm.check(value, text -> gates(null, null, null, null, null, text));
    }

    private static void gates(
            Double minPsnr, Double minSsim, Double minMsSsim, Double maxFlip, Double maxColourShift, String gates) {
        List<String> further = ComparisonParameters.split(gates);
        new ComparisonGates(minPsnr, minSsim, minMsSsim, maxFlip, maxColourShift, further, false, false);
    }
}
