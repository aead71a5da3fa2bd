package hudson.model;

public abstract class Label extends Actionable {
    public Label(String name) {}
}
