package io.jenkins.plugins.generatevideo.executor.cache;

import io.jenkins.plugins.generatevideo.executor.files.Sha256;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The content of one file of a {@link ContentStore}: named parts under a key. The file ends with the SHA-256 of all before
 * it, the key included, so that damage, a cut and a wrong name are noticed.
 *
 * @param key what it is found by, 64 hexadecimal digits
 * @param parts by name
 */
record Entry(String key, Map<String, byte[]> parts) {
    private static final byte[] MAGIC = "generate-video/cache/1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_LENGTH = 32;

    void writeTo(OutputStream stream) throws IOException {
        MessageDigest digest = Sha256.digest();
        DataOutputStream out = new DataOutputStream(new DigestOutputStream(stream, digest));
        out.write(MAGIC);
        out.writeUTF(key);
        out.writeInt(parts.size());
        for (Map.Entry<String, byte[]> part : new TreeMap<>(parts).entrySet()) {
            out.writeUTF(part.getKey());
            out.writeInt(part.getValue().length);
            out.write(part.getValue());
        }
        out.flush();
        stream.write(digest.digest());
    }

    /**
     * Reads a file's content.
     *
     * @param key what it must be found by
     * @return nothing if it is damaged or stands under another key
     */
    static Optional<Entry> read(byte[] file, String key) {
        return read(file).filter(entry -> entry.key().equals(key));
    }

    /** Reads a file's content, whatever it is to be found by; nothing if it is damaged. */
    static Optional<Entry> read(byte[] file) {
        int length = file.length - DIGEST_LENGTH;
        if (length < MAGIC.length) {
            return Optional.empty();
        }
        MessageDigest digest = Sha256.digest();
        digest.update(file, 0, length);
        if (!Arrays.equals(digest.digest(), Arrays.copyOfRange(file, length, file.length))) {
            return Optional.empty();
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(file, 0, length))) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                return Optional.empty();
            }
            String key = in.readUTF();
            Map<String, byte[]> parts = new LinkedHashMap<>();
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String name = in.readUTF();
                parts.put(name, in.readNBytes(in.readInt()));
            }
            return Optional.of(new Entry(key, parts));
        } catch (IOException | IllegalArgumentException e) {
            // Its digest is right and yet it ends too early or has a negative length: another program wrote it.
            return Optional.empty();
        }
    }
}
