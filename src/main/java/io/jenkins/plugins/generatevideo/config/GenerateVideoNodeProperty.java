package io.jenkins.plugins.generatevideo.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.Node;
import hudson.slaves.NodeProperty;
import hudson.slaves.NodePropertyDescriptor;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;

/** What holds for generations on one node, where that differs from the global configuration. */
public class GenerateVideoNodeProperty extends NodeProperty<Node> {
    private Integer generationsAtATime;
    private String engineLibrary;
    private Inspection inspection;
    private Integer resultCacheMegabytes;

    @DataBoundConstructor
    public GenerateVideoNodeProperty() {}

    /** How many generations run on this node at a time, or null for the global setting. */
    public Integer getGenerationsAtATime() {
        return generationsAtATime;
    }

    @DataBoundSetter
    public void setGenerationsAtATime(Integer generationsAtATime) {
        this.generationsAtATime = generationsAtATime == null ? null : Math.max(1, generationsAtATime);
    }

    /** A folder on this node that holds engine bundles, or null for the global setting. */
    public String getEngineLibrary() {
        return engineLibrary;
    }

    @DataBoundSetter
    public void setEngineLibrary(String engineLibrary) {
        this.engineLibrary = Util.fixEmptyAndTrim(engineLibrary);
    }

    /** As {@link GenerateVideoConfiguration#getResultCacheMegabytes}, for this node; null for the global setting. */
    public Integer getResultCacheMegabytes() {
        return resultCacheMegabytes;
    }

    @DataBoundSetter
    public void setResultCacheMegabytes(Integer resultCacheMegabytes) {
        this.resultCacheMegabytes = resultCacheMegabytes == null ? null : Math.max(0, resultCacheMegabytes);
    }

    /** As {@link GenerateVideoConfiguration#getInspection}, for this node; null for the global setting. */
    public String getInspection() {
        return inspection == null ? null : inspection.label();
    }

    @DataBoundSetter
    public void setInspection(String inspection) {
        String given = Util.fixEmptyAndTrim(inspection);
        this.inspection = given == null ? null : Inspection.of(given);
    }

    /** How many generations run on {@code node} at a time. */
    public static int generationsAtATime(Node node) {
        GenerateVideoNodeProperty own = node.getNodeProperty(GenerateVideoNodeProperty.class);
        return own == null || own.generationsAtATime == null
                ? GenerateVideoConfiguration.get().getGenerationsAtATime()
                : own.generationsAtATime;
    }

    /** The folder with bundles on {@code node}, or null. */
    public static String engineLibrary(Node node) {
        GenerateVideoNodeProperty own = node.getNodeProperty(GenerateVideoNodeProperty.class);
        return own == null || own.engineLibrary == null
                ? GenerateVideoConfiguration.get().getEngineLibrary()
                : own.engineLibrary;
    }

    /** How many megabytes of results {@code node} keeps; 0 for none. */
    public static int resultCacheMegabytes(Node node) {
        GenerateVideoNodeProperty own = node.getNodeProperty(GenerateVideoNodeProperty.class);
        return own == null || own.resultCacheMegabytes == null
                ? GenerateVideoConfiguration.get().getResultCacheMegabytes()
                : own.resultCacheMegabytes;
    }

    /** Whether {@code node} is asked what it can run. */
    static Inspection inspection(Node node) {
        GenerateVideoNodeProperty own = node.getNodeProperty(GenerateVideoNodeProperty.class);
        return own == null || own.inspection == null
                ? GenerateVideoConfiguration.get().inspection()
                : own.inspection;
    }

    /** Registers the property for every kind of node. */
    @Extension
    @Symbol("generateVideo")
    public static final class DescriptorImpl extends NodePropertyDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.GenerateVideoNodeProperty_DisplayName();
        }

        public ListBoxModel doFillInspectionItems() {
            ListBoxModel items = Inspection.items();
            items.add(0, new ListBoxModel.Option(Messages.Inspection_AsGlobal(), ""));
            return items;
        }

        public FormValidation doCheckResultCacheMegabytes(@QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : FormValidation.validateNonNegativeInteger(value);
        }

        public FormValidation doCheckGenerationsAtATime(@QueryParameter String value) {
            return Util.fixEmptyAndTrim(value) == null
                    ? FormValidation.ok()
                    : FormValidation.validatePositiveInteger(value);
        }
    }
}
