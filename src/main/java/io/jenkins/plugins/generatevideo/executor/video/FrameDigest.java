package io.jenkins.plugins.generatevideo.executor.video;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the raw RGB frames of a clip, in order: two clips with the same digest look the same, bit for bit. */
public final class FrameDigest {
    private final MessageDigest digest;

    public FrameDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Adds a frame: rows from the top, in each row red, green and blue of every pixel. */
    public void add(byte[] rgb24) {
        digest.update(rgb24);
    }

    /** The digest of the frames so far, 64 hexadecimal digits; afterwards it starts anew. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
