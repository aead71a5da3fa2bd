package io.jenkins.plugins.generatevideo.executor;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Lets at most so many generations run at a time on a machine, whoever started them: each holds the lock of one of so many
 * files, which the system frees even when the process is killed.
 */
public final class Admission implements AutoCloseable {
    /** What DESIGN promises where nobody says otherwise. */
    public static final int DEFAULT_LIMIT = 2;

    private static final long POLL_MILLISECONDS = 200;

    private final FileChannel channel;
    private final FileLock lock;

    private Admission(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Waits for a place.
     *
     * @param folder where the lock files lie, the same for all processes of the machine
     * @param limit generations at a time, 1 or more
     * @throws ExecutorException what the observer throws while waiting, or {@code MACHINE_UNSUITABLE} if the folder cannot
     *     be used
     */
    public static Admission enter(Path folder, int limit, Observer observer) throws ExecutorException {
        boolean told = false;
        try {
            Files.createDirectories(folder);
            while (true) {
                for (int place = 0; place < limit; place++) {
                    Admission admission = tryPlace(folder.resolve("generation-" + place + ".lock"));
                    if (admission != null) {
                        return admission;
                    }
                }
                if (!told) {
                    observer.warned("Waiting: " + limit + " generations already run on this machine, as many as are"
                            + " allowed at a time.");
                    told = true;
                }
                observer.progressed(Stage.WAIT, 0, 1);
                Thread.sleep(POLL_MILLISECONDS);
            }
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "The cache folder " + folder + " cannot be used (" + e
                            + "): make it writable, or name another one in GENERATE_VIDEO_CACHE.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ExecutorException(ExitCode.CANCELLED, "Cancelled while waiting for another generation.", e);
        }
    }

    private static Admission tryPlace(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return null;
        }
        return new Admission(channel, lock);
    }

    @Override
    public void close() throws ExecutorException {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new ExecutorException(
                    ExitCode.FAILED, "The place in the queue cannot be given back (" + e + "); end the process.", e);
        }
    }
}
