package io.jenkins.plugins.generatevideo.config;

import hudson.Extension;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Node;
import hudson.model.Queue;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.generatevideo.contract.ClipRequest;
import io.jenkins.plugins.generatevideo.contract.Degraded;
import java.util.Optional;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;

/** What becomes of clips of one mode while many builds wait: they are made in a quicker mode. */
public class Degradation extends AbstractDescribableImpl<Degradation> {
    static final int DEFAULT_WAITING = 5;
    private static final String DEFAULT_FROM = "fast";
    private static final String DEFAULT_TO = "preview";

    private final int waiting;
    private final String from;
    private final String to;

    /**
     * @param waiting more builds than so many must wait, 0 or more
     * @param from the mode of the clips
     * @param to the mode they are made in then
     * @throws IllegalArgumentException with a sentence, if a value is none
     */
    @DataBoundConstructor
    public Degradation(int waiting, String from, String to) {
        this.waiting = waiting;
        this.from = from == null || from.isBlank() ? DEFAULT_FROM : from;
        this.to = to == null || to.isBlank() ? DEFAULT_TO : to;
        if (waiting < 0) {
            throw new IllegalArgumentException(Messages.Degradation_BadWaiting());
        }
        for (String mode : new String[] {this.from, this.to}) {
            if (!ClipRequest.MODES.contains(mode)) {
                throw new IllegalArgumentException(
                        Messages.Degradation_NoMode(mode, String.join(", ", ClipRequest.MODES)));
            }
        }
        if (this.from.equals(this.to)) {
            throw new IllegalArgumentException(Messages.Degradation_SameMode(this.from));
        }
    }

    public int getWaiting() {
        return waiting;
    }

    public String getFrom() {
        return from;
    }

    public String getTo() {
        return to;
    }

    /**
     * What becomes of a clip that is about to be made on a node.
     *
     * @param mode that was asked for
     * @return nothing if it stays as it is
     */
    public Optional<Degraded> of(String mode, Node node) {
        return of(mode, from.equals(mode) ? waitingFor(node) : 0, node.getDisplayName());
    }

    Optional<Degraded> of(String mode, int waitingNow, String nodeName) {
        return from.equals(mode) && waitingNow > waiting
                ? Optional.of(new Degraded(from, Messages.Degradation_Why(waitingNow, nodeName, waiting, from, to)))
                : Optional.empty();
    }

    /** How many builds wait in the queue for an executor that the node could give them, by its labels and all else. */
    private static int waitingFor(Node node) {
        return (int) Queue.getInstance().getBuildableItems().stream()
                .filter(item -> node.canTake(item) == null)
                .count();
    }

    /** Checks the form's fields. */
    @Extension
    @Symbol("degradation")
    public static final class DescriptorImpl extends Descriptor<Degradation> {
        @Override
        public String getDisplayName() {
            return Messages.Degradation_DisplayName();
        }

        public ListBoxModel doFillFromItems() {
            return modes(DEFAULT_FROM);
        }

        public ListBoxModel doFillToItems() {
            return modes(DEFAULT_TO);
        }

        public FormValidation doCheckWaiting(@QueryParameter String value) {
            return FormValidation.validateNonNegativeInteger(value);
        }

        public FormValidation doCheckTo(@QueryParameter String value, @QueryParameter String from) {
            return value != null && value.equals(from)
                    ? FormValidation.error(Messages.Degradation_SameMode(from))
                    : FormValidation.ok();
        }

        /** The default comes first, where a new form begins. */
        private static ListBoxModel modes(String first) {
            ListBoxModel items = new ListBoxModel();
            items.add(first, first);
            ClipRequest.MODES.stream().filter(mode -> !mode.equals(first)).forEach(mode -> items.add(mode, mode));
            return items;
        }
    }
}
