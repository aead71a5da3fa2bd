package io.jenkins.plugins.generatevideo.executor.maven;

/**
 * One file of a Maven repository, known by its content.
 *
 * @param path in the repository
 * @param sha256 64 lower-case hexadecimal digits
 */
public record Artifact(String path, long bytes, String sha256) {
    /** A file by its coordinates, with the extension {@code jar}. */
    public static Artifact jar(
            String group, String artifact, String version, String classifier, long bytes, String sha256) {
        String name = artifact + "-" + version + "-" + classifier + ".jar";
        return new Artifact(String.join("/", group.replace('.', '/'), artifact, version, name), bytes, sha256);
    }

    /** The file's own name. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
