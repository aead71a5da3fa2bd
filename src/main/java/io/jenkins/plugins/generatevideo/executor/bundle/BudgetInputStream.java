package io.jenkins.plugins.generatevideo.executor.bundle;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that hands out only as many bytes as were allowed. It stands between decompression and the tar reader,
 * because a tar header may itself claim gigabytes (long names, extended headers) that the reader would collect in memory.
 */
final class BudgetInputStream extends FilterInputStream {
    private long budget;

    BudgetInputStream(InputStream in) {
        super(in);
    }

    /** Sets what may be read from here on. */
    void allow(long bytes) {
        budget = bytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = super.read(bytes, offset, (int) Math.min(length, take(length)));
        budget -= Math.max(read, 0);
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        if (count <= 0) {
            return 0;
        }
        long skipped = super.skip(take(count));
        budget -= skipped;
        return skipped;
    }

    private long take(long wanted) throws IOException {
        if (budget <= 0) {
            throw new ExhaustedException();
        }
        return Math.min(wanted, budget);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** More bytes were asked for than were allowed. */
    static final class ExhaustedException extends IOException {
        private static final long serialVersionUID = 1L;

        ExhaustedException() {
            super("a header claims more than an archive of a bundle needs");
        }
    }
}
