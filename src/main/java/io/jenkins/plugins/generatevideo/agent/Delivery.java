package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.Util;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jenkins.MasterToSlaveFileCallable;

/**
 * What the executor has left in a folder on the agent, learned in one round trip.
 *
 * @param digests the MD5 of each file by its name, as fingerprints want it; files that are missing or empty are not in it
 * @param text the content of one of them, or null if it is missing or too long
 */
public record Delivery(Map<String, String> digests, String text) implements Serializable {
    /**
     * Looks at {@code files} in {@code folder}.
     *
     * @param described the file whose content is wanted
     * @param longest how long that may be, in bytes
     */
    public static Delivery in(FilePath folder, List<String> files, String described, long longest)
            throws IOException, InterruptedException {
        return folder.act(new Look(files.toArray(new String[0]), described, longest));
    }

    private static final class Look extends MasterToSlaveFileCallable<Delivery> {
        private static final long serialVersionUID = 1L;

        private final String[] files;
        private final String described;
        private final long longest;

        Look(String[] files, String described, long longest) {
            this.files = files;
            this.described = described;
            this.longest = longest;
        }

        @Override
        public Delivery invoke(File folder, VirtualChannel channel) throws IOException {
            LinkedHashMap<String, String> digests = new LinkedHashMap<>();
            for (String name : files) {
                File file = new File(folder, name);
                if (file.length() > 0) {
                    digests.put(name, Util.getDigestOf(file));
                }
            }
            File text = new File(folder, described);
            boolean readable = digests.containsKey(described) && text.length() <= longest;
            return new Delivery(
                    digests, readable ? new String(Files.readAllBytes(text.toPath()), StandardCharsets.UTF_8) : null);
        }
    }
}
