package hudson.model;

import java.io.IOException;

public class Fingerprint implements ModelObject, Saveable {
    protected Fingerprint() {}

    @Override
    public String getDisplayName() {
        throw new UnsupportedOperationException();
    }

    public synchronized void addFor(Run b) throws IOException {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized void save() throws IOException {
        throw new UnsupportedOperationException();
    }
}
