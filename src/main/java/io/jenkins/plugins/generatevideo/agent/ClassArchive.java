package io.jenkins.plugins.generatevideo.agent;

import hudson.FilePath;
import hudson.remoting.VirtualChannel;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import jenkins.MasterToSlaveFileCallable;

/**
 * The executor's classes as the agent's HotSpot wants them (class data sharing), so that it starts some tenths of a second
 * sooner: one file for each version of Java beside the executor. Without it everything works too.
 */
final class ClassArchive {
    // HotSpot complains of an archive that does not fit on standard output, which is for the executor's answers.
    private static final String SILENT = "-Xlog:disable";

    private final FilePath staged;

    private ClassArchive(FilePath staged) {
        this.staged = staged;
    }

    /** The Java options that use the archive; asked on the agent, none where there is no archive. */
    static List<String> options(String installed) {
        Path archive = archive(new File(installed));
        return Files.isRegularFile(archive) ? List.of(SILENT, "-XX:SharedArchiveFile=" + archive) : List.of();
    }

    /** The archive that a process of the executor shall leave behind. */
    static ClassArchive in(FilePath installed) throws IOException, InterruptedException {
        return new ClassArchive(
                installed.act(new IsMissing()) ? installed.child("arriving-" + UUID.randomUUID() + ".jsa") : null);
    }

    /** The Java options of the process that makes it; none if it is there, or this Java makes none. */
    List<String> makingOptions() {
        return staged == null ? List.of() : List.of(SILENT, "-XX:ArchiveClassesAtExit=" + staged.getRemote());
    }

    /** To be called when that process has ended, however it did. */
    void made() throws IOException, InterruptedException {
        if (staged != null) {
            staged.act(new Publish());
        }
    }

    private static Path archive(File installed) {
        String version = System.getProperty("java.vm.version", "").replaceAll("[^A-Za-z0-9.+-]", "_");
        return installed.toPath().resolve("classes-" + version + ".jsa");
    }

    private static final class IsMissing extends MasterToSlaveFileCallable<Boolean> {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean invoke(File installed, VirtualChannel channel) {
            String machine = System.getProperty("java.vm.name", "");
            return (machine.startsWith("OpenJDK") || machine.startsWith("Java HotSpot"))
                    && !Files.exists(archive(installed));
        }
    }

    /** Gives the archive its name at once, so that nobody reads half of one. */
    private static final class Publish extends MasterToSlaveFileCallable<Void> {
        private static final long serialVersionUID = 1L;

        @Override
        public Void invoke(File staged, VirtualChannel channel) throws IOException {
            if (staged.isFile()) {
                Files.move(staged.toPath(), archive(staged.getParentFile()), StandardCopyOption.ATOMIC_MOVE);
            }
            return null;
        }
    }
}
