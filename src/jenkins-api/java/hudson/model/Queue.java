package hudson.model;

import java.util.List;

public class Queue extends ResourceController implements Saveable {
    Queue() {}

    public static Queue getInstance() {
        throw new UnsupportedOperationException();
    }

    public List<BuildableItem> getBuildableItems() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void save() {
        throw new UnsupportedOperationException();
    }

    public abstract static class Item extends Actionable {
        Item() {}
    }

    public abstract static class NotWaitingItem extends Item {
        NotWaitingItem() {}
    }

    public static final class BuildableItem extends NotWaitingItem {
        BuildableItem() {}

        @Override
        public String getDisplayName() {
            throw new UnsupportedOperationException();
        }
    }
}
