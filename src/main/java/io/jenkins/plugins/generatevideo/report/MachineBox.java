package io.jenkins.plugins.generatevideo.report;

import hudson.Extension;
import hudson.model.ComputerPanelBox;
import hudson.model.Node;
import io.jenkins.plugins.generatevideo.agent.MachineFacts;
import io.jenkins.plugins.generatevideo.config.Machines;

/** Shows on an agent's main page the GPUs that clips can be made with. */
@Extension
public class MachineBox extends ComputerPanelBox {
    /** What is known of the machine, or null. */
    public MachineFacts getFacts() {
        Node node = getComputer().getNode();
        return node == null ? null : Machines.get().facts(node);
    }
}
