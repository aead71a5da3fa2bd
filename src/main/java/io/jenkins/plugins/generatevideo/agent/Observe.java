package io.jenkins.plugins.generatevideo.agent;

import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import jenkins.MasterToSlaveFileCallable;

/** Looks at a control directory, on the agent; null where there is none. */
final class Observe extends MasterToSlaveFileCallable<Observation> {
    private static final long serialVersionUID = 1L;

    /** A line of progress is some hundred bytes long. */
    private static final int PROGRESS_TAIL = 4096;

    /** At most so much is passed on at a look; the rest follows with the next. */
    private static final int MESSAGES_LIMIT = 65_536;

    private final long messagesPosition;

    Observe(long messagesPosition) {
        this.messagesPosition = messagesPosition;
    }

    @Override
    public Observation invoke(File directory, VirtualChannel channel) throws IOException {
        if (!directory.isDirectory()) {
            return null;
        }
        // First of all, so that whatever was said before the end is read after it is known.
        Integer exitCode = exitCode(new File(directory, "result"));
        File progress = new File(directory, "progress.jsonl");
        byte[] messages = read(new File(directory, "messages.txt"), messagesPosition, MESSAGES_LIMIT);
        int length = exitCode != null && messages.length < MESSAGES_LIMIT ? messages.length : wholeLines(messages);
        long alive = new File(directory, "alive").lastModified();
        return new Observation(
                exitCode,
                lastLine(new String(
                        read(progress, Math.max(0, progress.length() - PROGRESS_TAIL), PROGRESS_TAIL),
                        StandardCharsets.UTF_8)),
                new String(messages, 0, length, StandardCharsets.UTF_8),
                messagesPosition + length,
                alive == 0 ? -1 : Math.max(0, System.currentTimeMillis() - alive));
    }

    private static Integer exitCode(File result) throws IOException {
        if (!result.exists()) {
            return null;
        }
        String text = Files.readString(result.toPath()).trim();
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IOException("There is no exit code in " + result + " but: " + text, e);
        }
    }

    private static byte[] read(File file, long from, int limit) throws IOException {
        if (!file.exists() || file.length() <= from) {
            return new byte[0];
        }
        try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
            in.seek(from);
            byte[] bytes = new byte[(int) Math.min(limit, in.length() - from)];
            in.readFully(bytes);
            return bytes;
        }
    }

    /** How many bytes belong to whole lines; all, if one line fills the limit. */
    private static int wholeLines(byte[] bytes) {
        for (int end = bytes.length; end > 0; end--) {
            if (bytes[end - 1] == '\n') {
                return end;
            }
        }
        return bytes.length == MESSAGES_LIMIT ? bytes.length : 0;
    }

    private static String lastLine(String text) {
        int end = text.lastIndexOf('\n');
        return end < 0 ? null : text.substring(text.lastIndexOf('\n', end - 1) + 1, end);
    }
}
