package hudson.model;

import hudson.remoting.VirtualChannel;
import hudson.security.AccessControlled;
import hudson.security.Permission;
import java.util.concurrent.ExecutorService;

public abstract class Computer extends Actionable implements AccessControlled {
    public static final Permission CONFIGURE = null;
    public static final Permission EXTENDED_READ = null;

    public boolean isOffline() {
        throw new UnsupportedOperationException();
    }

    public abstract Boolean isUnix();

    public String getName() {
        throw new UnsupportedOperationException();
    }

    public Node getNode() {
        throw new UnsupportedOperationException();
    }

    public abstract VirtualChannel getChannel();

    public static final ExecutorService threadPoolForRemoting = null;
}
