package hudson.model;

import hudson.ExtensionPoint;

public abstract class ComputerPanelBox implements ExtensionPoint {
    public Computer getComputer() {
        throw new UnsupportedOperationException();
    }
}
