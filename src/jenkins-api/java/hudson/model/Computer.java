package hudson.model;

import hudson.remoting.VirtualChannel;

public abstract class Computer extends Actionable {
    public String getName() {
        throw new UnsupportedOperationException();
    }

    public Node getNode() {
        throw new UnsupportedOperationException();
    }

    public abstract VirtualChannel getChannel();
}
