package io.jenkins.plugins.generatevideo.config;

import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import hudson.model.PersistentDescriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

/** What holds for every generation on this controller unless a step or a node says otherwise. */
@Extension
@Symbol("generateVideo")
public class GenerateVideoConfiguration extends GlobalConfiguration implements PersistentDescriptor {
    static final int DEFAULT_GENERATIONS = 2;
    static final int DEFAULT_CACHE_DAYS = 30;
    static final int DEFAULT_RESULT_CACHE_MEGABYTES = 2000;
    private static final String STANDARD = "standard";

    private String defaultBundle;
    private String defaultMode;
    private String engineLibrary;
    private Integer generationsAtATime;
    private Integer cacheDays;
    private Inspection inspection;
    private Integer resultCacheMegabytes;
    private Degradation degradation;

    public static GenerateVideoConfiguration get() {
        return ExtensionList.lookupSingleton(GenerateVideoConfiguration.class);
    }

    /** The engine bundle of a step that names none. */
    public String getDefaultBundle() {
        return defaultBundle == null ? ClipRequest.DEFAULT_BUNDLE : defaultBundle;
    }

    @DataBoundSetter
    public void setDefaultBundle(String defaultBundle) {
        this.defaultBundle = Util.fixEmptyAndTrim(defaultBundle);
        save();
    }

    /** The mode of a step that names none. */
    public String getDefaultMode() {
        return defaultMode == null ? STANDARD : defaultMode;
    }

    @DataBoundSetter
    public void setDefaultMode(String defaultMode) {
        this.defaultMode = Util.fixEmptyAndTrim(defaultMode);
        save();
    }

    /** A folder on the agents that holds engine bundles, or null. */
    public String getEngineLibrary() {
        return engineLibrary;
    }

    @DataBoundSetter
    public void setEngineLibrary(String engineLibrary) {
        this.engineLibrary = Util.fixEmptyAndTrim(engineLibrary);
        save();
    }

    /** How many generations run on an agent at a time, whatever builds they belong to. */
    public int getGenerationsAtATime() {
        return generationsAtATime == null ? DEFAULT_GENERATIONS : generationsAtATime;
    }

    @DataBoundSetter
    public void setGenerationsAtATime(int generationsAtATime) {
        this.generationsAtATime = generationsAtATime == DEFAULT_GENERATIONS ? null : Math.max(1, generationsAtATime);
        save();
    }

    /** How many days an executor that nobody uses any more stays on an agent. */
    public int getCacheDays() {
        return cacheDays == null ? DEFAULT_CACHE_DAYS : cacheDays;
    }

    @DataBoundSetter
    public void setCacheDays(int cacheDays) {
        this.cacheDays = cacheDays == DEFAULT_CACHE_DAYS ? null : Math.max(1, cacheDays);
        save();
    }

    /**
     * How much an agent keeps of finished clips, scene templates and prompt embeddings, to find them again in later builds;
     * 0 for nothing.
     */
    public int getResultCacheMegabytes() {
        return resultCacheMegabytes == null ? DEFAULT_RESULT_CACHE_MEGABYTES : resultCacheMegabytes;
    }

    @DataBoundSetter
    public void setResultCacheMegabytes(int resultCacheMegabytes) {
        this.resultCacheMegabytes =
                resultCacheMegabytes == DEFAULT_RESULT_CACHE_MEGABYTES ? null : Math.max(0, resultCacheMegabytes);
        save();
    }

    /** What becomes of clips while many builds wait; null for nothing. */
    public Degradation getDegradation() {
        return degradation;
    }

    @DataBoundSetter
    public void setDegradation(Degradation degradation) {
        this.degradation = degradation;
        save();
    }

    /** Which agents are asked what they can run when they connect: {@code when-used}, {@code always} or {@code never}. */
    public String getInspection() {
        return inspection().label();
    }

    @DataBoundSetter
    public void setInspection(String inspection) {
        Inspection given = Inspection.of(inspection);
        this.inspection = given == Inspection.WHEN_USED ? null : given;
        save();
    }

    Inspection inspection() {
        return inspection == null ? Inspection.WHEN_USED : inspection;
    }

    public ListBoxModel doFillInspectionItems() {
        return Inspection.items();
    }

    public ListBoxModel doFillDefaultModeItems() {
        ListBoxModel items = new ListBoxModel();
        for (String mode : ClipRequest.MODES) {
            items.add(mode, mode);
        }
        return items;
    }

    public FormValidation doCheckGenerationsAtATime(@QueryParameter String value) {
        return FormValidation.validatePositiveInteger(value);
    }

    public FormValidation doCheckResultCacheMegabytes(@QueryParameter String value) {
        return FormValidation.validateNonNegativeInteger(value);
    }

    public FormValidation doCheckCacheDays(@QueryParameter String value) {
        return FormValidation.validatePositiveInteger(value);
    }
}
