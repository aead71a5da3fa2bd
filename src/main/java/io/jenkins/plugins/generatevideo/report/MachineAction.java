package io.jenkins.plugins.generatevideo.report;

import hudson.Extension;
import hudson.model.Action;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.TransientComputerActionFactory;
import io.jenkins.plugins.generatevideo.agent.MachineFacts;
import io.jenkins.plugins.generatevideo.config.Machines;
import java.util.Collection;
import java.util.List;
import org.kohsuke.stapler.HttpRedirect;
import org.kohsuke.stapler.HttpResponse;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** The page <em>Video generation</em> of an agent: what its machine can run. */
public class MachineAction implements Action {
    private final Computer computer;

    MachineAction(Computer computer) {
        this.computer = computer;
    }

    public Computer getComputer() {
        return computer;
    }

    /** What is known of the machine, or null. */
    public MachineFacts getFacts() {
        Node node = computer.getNode();
        return node == null ? null : Machines.get().facts(node);
    }

    /** Why nothing new is known, or null; for those who may see the agent's configuration. */
    public String getProblem() {
        Node node = computer.getNode();
        return node == null || !isDetailed() ? null : Machines.get().problem(node);
    }

    /** Whether the viewer sees folders of the agent, too. */
    public boolean isDetailed() {
        return computer.hasPermission(Computer.EXTENDED_READ);
    }

    /** Whether the viewer may have the agent asked. */
    public boolean isAskable() {
        return computer.hasPermission(Computer.CONFIGURE);
    }

    /** Asks the agent in the background, and shows the page again. */
    @RequirePOST
    public HttpResponse doAsk() {
        computer.checkPermission(Computer.CONFIGURE);
        Machines.get().refresh(computer);
        return new HttpRedirect(".");
    }

    @Override
    public String getIconFileName() {
        return "symbol-film-outline plugin-ionicons-api";
    }

    @Override
    public String getDisplayName() {
        return Messages.MachineAction_DisplayName();
    }

    @Override
    public String getUrlName() {
        return "generate-video";
    }

    /** Gives the page to every agent. */
    @Extension
    public static final class Factory extends TransientComputerActionFactory {
        @Override
        public Collection<? extends Action> createFor(Computer computer) {
            return List.of(new MachineAction(computer));
        }
    }
}
