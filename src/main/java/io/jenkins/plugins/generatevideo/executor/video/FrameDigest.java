package io.jenkins.plugins.generatevideo.executor.video;

import io.jenkins.plugins.generatevideo.executor.files.Sha256;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 over the raw RGB frames of a clip, in order: two clips with the same digest look the same, bit for bit. */
public final class FrameDigest {
    private final MessageDigest digest = Sha256.digest();

    /** Adds a frame: rows from the top, in each row red, green and blue of every pixel. */
    public void add(byte[] rgb24) {
        digest.update(rgb24);
    }

    /** The digest of the frames so far, 64 hexadecimal digits; afterwards it starts anew. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
