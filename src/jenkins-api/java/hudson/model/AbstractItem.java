package hudson.model;

public abstract class AbstractItem extends Actionable implements Item {
    @Override
    public String getDisplayName() {
        throw new UnsupportedOperationException();
    }

    @Override
    public final String getFullName() {
        throw new UnsupportedOperationException();
    }
}
