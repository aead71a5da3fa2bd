package hudson.tasks;

public abstract class Recorder extends Publisher {}
