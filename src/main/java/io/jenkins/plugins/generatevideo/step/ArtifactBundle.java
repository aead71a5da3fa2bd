package io.jenkins.plugins.generatevideo.step;

import hudson.AbortException;
import hudson.FilePath;
import hudson.Util;
import hudson.model.Job;
import hudson.model.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import jenkins.util.VirtualFile;

/**
 * An engine bundle's archive among the artifacts of a build: {@code artifact:PATH} of the running build, {@code
 * artifact:JOB#BUILD/PATH} of another. Plain fields, because a running Pipeline saves it.
 */
final class ArtifactBundle implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final String PREFIX = "artifact:";
    private static final Pattern REFERENCE = Pattern.compile(PREFIX + "(?:([^#]+)#([^/]+)/)?([^#]+)");

    /** Where the executor keeps what it has unpacked, below its cache folder; a folder for each digest of an archive. */
    private static final String UNPACKED = "bundles";

    private static final String ARCHIVE = "bundle.tar.zst";
    private static final int DIGEST_LENGTH = 64;
    private static final int BUFFER = 1 << 18;
    private static final long MEGABYTE = 1_000_000;

    /** The full name of the build's job. */
    private final String job;

    private final int number;
    private final String path;

    private ArtifactBundle(String job, int number, String path) {
        this.job = job;
        this.number = number;
        this.path = path;
    }

    /** Whether the name of a bundle is meant as an artifact. */
    static boolean isReference(String bundle) {
        return bundle != null && bundle.startsWith(PREFIX);
    }

    /** @throws IllegalArgumentException with a sentence, unless this can be an artifact's place */
    static void check(String reference) {
        parse(reference);
    }

    private static Matcher parse(String reference) {
        Matcher parts = REFERENCE.matcher(reference);
        if (!parts.matches() || ClipParameters.leadsAway(parts.group(3))) {
            throw new IllegalArgumentException(Messages.ArtifactBundle_Wrong(reference));
        }
        return parts;
    }

    /**
     * Finds the artifact. The calling thread must have the authentication of the asking build.
     *
     * @throws AbortException with a sentence, if there is none that the build may read
     * @throws IllegalArgumentException with a sentence, unless this can be an artifact's place
     */
    static ArtifactBundle of(String reference, Run<?, ?> asking) throws IOException {
        Matcher parts = parse(reference);
        Run<?, ?> run = asking;
        if (parts.group(1) != null) {
            run = BaselineBuilds.of(parts.group(1), asking).named(parts.group(2));
            if (run == null) {
                throw new AbortException(Messages.ArtifactBundle_NoBuild(reference));
            }
        }
        ArtifactBundle bundle = new ArtifactBundle(run.getParent().getFullName(), run.getNumber(), parts.group(3));
        bundle.file(run);
        return bundle;
    }

    /** How a Pipeline of any job names it. */
    String reference() {
        return PREFIX + "/" + job + "#" + number + "/" + path;
    }

    /**
     * Sees to it that the executor has the bundle: brings the archive into the run's folder on the agent, unless one of the
     * same digest was unpacked there before.
     *
     * @return the bundle's address for the executor
     */
    String bring(BuildContext build, ExecutorPlace place) throws IOException, InterruptedException {
        // Whether it may be read was asked when the step began.
        Job<?, ?> parent = Jenkins.get().getItemByFullName(job, Job.class);
        Run<?, ?> run = parent == null ? null : parent.getBuildByNumber(number);
        if (run == null) {
            throw new AbortException(Messages.ArtifactBundle_NoBuild(reference()));
        }
        VirtualFile file = file(run);
        long length = file.length();
        // A build's artifacts do not change, so this names the content.
        String key = Util.getDigestOf(reference() + " " + run.getTimeInMillis() + " " + length);
        FilePath known = place.cache().child(UNPACKED).child("artifact-" + key);
        String digest = known.exists() ? known.readToString().trim() : "";
        FilePath archive = place.folder().child(ARCHIVE);
        boolean unpacked = digest.length() == DIGEST_LENGTH
                && place.cache().child(UNPACKED).child(digest).list("*/bundle.json").length > 0;
        if (!unpacked) {
            build.log(Messages.ArtifactBundle_Bringing(reference(), Math.max(1, length / MEGABYTE)));
            digest = copy(file, archive, build);
            known.write(digest, StandardCharsets.US_ASCII.name());
        }
        return archive.toURI() + "#sha256=" + digest;
    }

    private VirtualFile file(Run<?, ?> run) throws IOException {
        VirtualFile file = run.getArtifactManager().root().child(path);
        if (!file.isFile()) {
            throw new AbortException(Messages.ArtifactBundle_NoFile(path, run.getFullDisplayName()));
        }
        return file;
    }

    /** @return the SHA-256 of what was copied */
    private static String copy(VirtualFile file, FilePath target, BuildContext build)
            throws IOException, InterruptedException {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = file.open();
                OutputStream out = new DigestOutputStream(target.write(), sha256)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!build.run().isBuilding()) {
                    // Aborted meanwhile; a large archive is not brought to its end for nothing.
                    throw new AbortException(Messages.ArtifactBundle_Aborted());
                }
                out.write(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
