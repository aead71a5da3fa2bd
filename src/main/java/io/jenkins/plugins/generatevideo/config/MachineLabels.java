package io.jenkins.plugins.generatevideo.config;

import hudson.Extension;
import hudson.model.LabelFinder;
import hudson.model.Node;
import hudson.model.labels.LabelAtom;
import java.util.Collection;
import jenkins.model.Jenkins;

/** Gives nodes the labels of their machines, such as {@code gpu}, {@code gpu-h200} and {@code tensorrt-10}. */
@Extension
public class MachineLabels extends LabelFinder {
    @Override
    public Collection<LabelAtom> findLabels(Node node) {
        return Machines.get().labels(node).stream()
                .map(Jenkins.get()::getLabelAtom)
                .toList();
    }
}
