package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.EnvVars;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Computer;
import hudson.model.Node;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;

/** The live things that a step works with at the moment; never saved. */
record BuildContext(Run<?, ?> run, FilePath workspace, EnvVars env, Launcher launcher, TaskListener listener) {
    VirtualChannel channel() {
        return workspace.getChannel();
    }

    /** The node of the workspace. */
    Node node() throws AbortException {
        Computer computer = workspace.toComputer();
        Node node = computer == null ? null : computer.getNode();
        if (node == null) {
            throw new AbortException(Messages.BuildContext_AgentGone());
        }
        return node;
    }

    /** The agent's own folder, where the executor is kept. */
    FilePath root() throws AbortException {
        FilePath root = node().getRootPath();
        if (root == null) {
            throw new AbortException(Messages.BuildContext_AgentGone());
        }
        return root;
    }

    void log(String line) {
        listener.getLogger().println(line);
    }
}
