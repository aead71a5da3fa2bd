package io.jenkins.plugins.generatevideo.agent;

import hudson.Extension;
import hudson.FilePath;
import hudson.PluginWrapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import jenkins.model.Jenkins;

/**
 * The executor as it lies in the installed plugin on the controller: the plugin's jar, the executor's libraries, the
 * bundles. None of the libraries is on the controller's class path.
 */
@Extension
public class ExecutorPackage {
    /** What of {@code WEB-INF} travels to an agent, as an Ant pattern. */
    static final String FILES = "lib/generate-video.jar,executor/*.jar,bundles/**";

    private static final String SHORT_NAME = "generate-video";

    /** For a plugin that runs from its sources: a folder laid out as the {@code WEB-INF} of the packed one. */
    private static final String DIRECTORY = System.getProperty(ExecutorPackage.class.getName() + ".directory");

    private String digest;

    /** Where the executor lies on the controller. */
    public FilePath directory() throws IOException {
        return new FilePath(webInf().toFile());
    }

    /** Where the engine bundles lie in it, each in a folder of its name. */
    Path bundles() throws IOException {
        return webInf().resolve("bundles");
    }

    /**
     * Names the content: SHA-256 over the names and the bytes of all files, in hexadecimal. Computed once, as the files of
     * an installed plugin do not change while it runs.
     */
    public synchronized String digest() throws IOException {
        if (digest == null) {
            digest = digestOf(webInf());
        }
        return digest;
    }

    static String digestOf(Path directory) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[1 << 16];
        for (Path file : files(directory)) {
            String name = directory.relativize(file).toString().replace(File.separatorChar, '/');
            sha256.update(name.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0);
            sha256.update(Long.toString(Files.size(file)).getBytes(StandardCharsets.US_ASCII));
            sha256.update((byte) 0);
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
                while (in.read(buffer) >= 0) {
                    // The stream feeds the digest.
                }
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> travels(directory.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean travels(Path relative) {
        String first = relative.getName(0).toString();
        return relative.equals(Path.of("lib", SHORT_NAME + ".jar"))
                || first.equals("executor")
                        && relative.getNameCount() == 2
                        && relative.toString().endsWith(".jar")
                || first.equals("bundles");
    }

    private static Path webInf() throws IOException {
        if (DIRECTORY != null) {
            return Path.of(DIRECTORY);
        }
        PluginWrapper plugin = Jenkins.get().getPluginManager().getPlugin(SHORT_NAME);
        if (plugin == null) {
            throw new IOException("The plugin " + SHORT_NAME + " is not installed");
        }
        try {
            URI base = plugin.baseResourceURL.toURI();
            return Path.of(base).resolve("WEB-INF");
        } catch (URISyntaxException e) {
            throw new IOException("The plugin's folder has no valid address: " + plugin.baseResourceURL, e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
