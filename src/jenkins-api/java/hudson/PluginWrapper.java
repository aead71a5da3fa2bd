package hudson;

import hudson.model.ModelObject;
import java.net.URL;

public class PluginWrapper implements ModelObject {
    public final URL baseResourceURL = null;

    protected PluginWrapper() {}

    @Override
    public String getDisplayName() {
        throw new UnsupportedOperationException();
    }

    public String getShortName() {
        throw new UnsupportedOperationException();
    }

    public String getVersion() {
        throw new UnsupportedOperationException();
    }
}
