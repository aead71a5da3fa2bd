package hudson.model;

import hudson.remoting.VirtualChannel;
import java.util.concurrent.ExecutorService;

public abstract class Computer extends Actionable {
    public String getName() {
        throw new UnsupportedOperationException();
    }

    public Node getNode() {
        throw new UnsupportedOperationException();
    }

    public abstract VirtualChannel getChannel();

    public static final ExecutorService threadPoolForRemoting = null;
}
