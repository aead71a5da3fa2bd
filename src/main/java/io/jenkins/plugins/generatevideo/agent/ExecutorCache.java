package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.model.TaskListener;
import java.io.IOException;

/**
 * Keeps the executor on an agent, once for each content: {@code <agent root>/caches/generate-video/<digest>}. A folder
 * with its final name is always complete; several builds may arrive at once.
 */
public final class ExecutorCache {
    private final FilePath folder;

    /** @param agentRoot the agent's root folder */
    public ExecutorCache(FilePath agentRoot) {
        folder = agentRoot.child("caches").child("generate-video");
    }

    /**
     * Brings the executor to the agent unless it is there.
     *
     * @return the executor's folder on the agent, with {@code lib}, {@code executor} and {@code bundles}
     */
    public FilePath install(ExecutorPackage source, TaskListener listener) throws IOException, InterruptedException {
        FilePath installed = folder.child(source.digest());
        if (installed.isDirectory()) {
            return installed;
        }
        listener.getLogger().println(Messages.ExecutorCache_Copying());
        folder.mkdirs();
        FilePath arriving = folder.createTempDir("arriving", "");
        try {
            source.directory().copyRecursiveTo(ExecutorPackage.FILES, arriving);
            publish(arriving, installed);
        } finally {
            arriving.deleteRecursive();
        }
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
}
