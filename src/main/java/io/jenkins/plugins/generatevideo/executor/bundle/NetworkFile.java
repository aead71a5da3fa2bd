package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a network lies in the bundle, and how many parameters it has. */
public record NetworkFile(String file, @JsonProperty(required = true) long parameters) {
    public NetworkFile {
        Check.relativePath(file, "file");
        Check.range(parameters, 0, Long.MAX_VALUE, "parameters");
    }
}
