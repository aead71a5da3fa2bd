package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.model.TaskListener;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Keeps the executor on an agent, once for each content: {@code <agent root>/caches/generate-video/<digest>}. A folder
 * with its final name is always complete; several builds may arrive at once; what nobody uses any more goes.
 */
public final class ExecutorCache {
    /** Touched at every use. */
    private static final String USED = "used";

    private static final String ARRIVING = "arriving";
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}|" + ARRIVING + ".*");

    private final FilePath folder;
    private final long keptMilliseconds;

    /**
     * @param agentRoot the agent's root folder
     * @param keptDays how long an executor that nobody uses stays
     */
    public ExecutorCache(FilePath agentRoot, int keptDays) {
        folder = agentRoot.child("caches").child("generate-video");
        keptMilliseconds = TimeUnit.DAYS.toMillis(keptDays);
    }

    /**
     * Brings the executor to the agent unless it is there.
     *
     * @return the executor's folder on the agent, with {@code lib}, {@code executor} and {@code bundles}
     */
    public FilePath install(ExecutorPackage source, TaskListener listener) throws IOException, InterruptedException {
        FilePath installed = folder.child(source.digest());
        if (!installed.isDirectory()) {
            listener.getLogger().println(Messages.ExecutorCache_Copying());
            folder.mkdirs();
            FilePath arriving = folder.createTempDir(ARRIVING, "");
            try {
                source.directory().copyRecursiveTo(ExecutorPackage.FILES, arriving);
                publish(arriving, installed);
            } finally {
                arriving.deleteRecursive();
            }
            removeUnused(installed);
        }
        installed.child(USED).touch(System.currentTimeMillis());
        return installed;
    }

    private static void publish(FilePath arriving, FilePath installed) throws IOException, InterruptedException {
        try {
            arriving.renameTo(installed);
        } catch (IOException e) {
            if (!installed.isDirectory()) {
                throw e;
            }
            // Another build was faster: its copy is as good as ours.
        }
    }

    private void removeUnused(FilePath installed) throws IOException, InterruptedException {
        long oldest = System.currentTimeMillis() - keptMilliseconds;
        for (FilePath other : folder.listDirectories()) {
            boolean ours = OURS.matcher(other.getName()).matches();
            long used = Math.max(other.lastModified(), other.child(USED).lastModified());
            if (ours && used < oldest && !other.getName().equals(installed.getName())) {
                other.deleteRecursive();
            }
        }
    }
}
