package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.Util;
import hudson.model.TaskListener;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import jenkins.MasterToSlaveFileCallable;

/**
 * Keeps the executor on an agent, once for each content: {@code <agent root>/caches/generate-video/<digest>}. A folder
 * with its final name is always complete; several builds may arrive at once; what nobody uses any more goes.
 */
public final class ExecutorCache {
    /** Touched at every use, and every second while a process runs from the folder. */
    private static final String USED = "used";

    private static final String ARRIVING = "arriving";
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}|" + ARRIVING + ".*");

    /** Where the executor keeps what it has fetched, see {@link ExecutorCommand#cache}. */
    private static final String BUNDLES = "native/bundles";

    /** Bundles, what has arrived of them, and notes which artifact is which. */
    private static final Pattern FETCHED =
            Pattern.compile("[0-9a-f]{64}(\\.part|\\.lock)?|artifact-[0-9a-f]+|" + ARRIVING + ".*");

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

    /** Whether any executor, of whatever version, was brought to the agent before. */
    public boolean isUsed() throws IOException, InterruptedException {
        return folder.isDirectory();
    }

    /**
     * Brings the executor to the agent unless it is there.
     *
     * @return the executor's folder on the agent, with {@code lib}, {@code executor} and {@code bundles}
     */
    public FilePath install(ExecutorPackage source, TaskListener listener) throws IOException, InterruptedException {
        FilePath installed = folder.child(source.digest());
        if (!installed.act(new Use())) {
            listener.getLogger().println(Messages.ExecutorCache_Copying());
            folder.mkdirs();
            FilePath arriving = folder.createTempDir(ARRIVING, "");
            try {
                source.directory().copyRecursiveTo(ExecutorPackage.FILES, arriving);
                publish(arriving, installed);
            } finally {
                arriving.deleteRecursive();
            }
            removeUnused(source);
        }
        return installed;
    }

    /** Removes executors and fetched bundles that nobody has used for long. */
    public void removeUnused(ExecutorPackage source) throws IOException, InterruptedException {
        folder.act(new RemoveUnused(source.digest(), keptMilliseconds));
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

    /** Whether the folder is there; then it counts as used from now on. */
    private static final class Use extends MasterToSlaveFileCallable<Boolean> {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean invoke(File installed, VirtualChannel channel) throws IOException {
            if (!installed.isDirectory()) {
                return false;
            }
            Files.write(installed.toPath().resolve(USED), new byte[0]);
            return true;
        }
    }

    /** Removes every folder of ours that was not used for long. */
    private static final class RemoveUnused extends MasterToSlaveFileCallable<Void> {
        private static final long serialVersionUID = 1L;

        private final String installed;
        private final long keptMilliseconds;

        RemoveUnused(String installed, long keptMilliseconds) {
            this.installed = installed;
            this.keptMilliseconds = keptMilliseconds;
        }

        @Override
        public Void invoke(File folder, VirtualChannel channel) throws IOException {
            remove(folder, OURS);
            remove(new File(folder, BUNDLES), FETCHED);
            return null;
        }

        private void remove(File parent, Pattern names) throws IOException {
            long oldest = System.currentTimeMillis() - keptMilliseconds;
            File[] old = parent.listFiles(file -> names.matcher(file.getName()).matches()
                    && !file.getName().equals(installed)
                    && Math.max(file.lastModified(), new File(file, USED).lastModified()) < oldest);
            for (File file : old == null ? new File[0] : old) {
                // A name that no build looks for: nobody starts from a folder that is half gone.
                File leaving = new File(parent, ARRIVING + UUID.randomUUID());
                Util.deleteRecursive(file.renameTo(leaving) ? leaving : file);
            }
        }
    }
}
