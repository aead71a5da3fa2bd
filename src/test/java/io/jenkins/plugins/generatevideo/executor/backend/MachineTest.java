package io.jenkins.plugins.generatevideo.executor.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at machines made of files, and at the one the test runs on. */
class MachineTest {
    @TempDir
    private Path root;

    @Test
    void seesTheMachineItRunsOn() {
        Machine machine = Machine.inspect();
        assertThat(machine.java()).startsWith(System.getProperty("java.version"));
        assertThat(machine.operatingSystem()).contains(System.getProperty("os.arch"));
        assertThat(machine.processor()).isNotBlank();
        assertThat(machine.processors()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(machine.memoryBytes()).isGreaterThan(100L << 20);
        assertThat(machine.availableMemoryBytes()).isPositive().isLessThanOrEqualTo(machine.memoryBytes());
    }

    @Test
    void readsProcessorMemoryAndSystem() throws IOException {
        file("proc/cpuinfo", "processor\t: 0\nmodel name\t: Example CPU 9000\nprocessor\t: 1\nmodel name\t: Other\n");
        file("proc/meminfo", "MemTotal:       16384 kB\nMemFree:         1024 kB\nMemAvailable:    8192 kB\n");
        file("etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
        Machine machine = inspect(Map.of());
        assertThat(machine.processor()).isEqualTo("Example CPU 9000");
        assertThat(machine.operatingSystem()).startsWith("Debian GNU/Linux 12, ");
        assertThat(machine.memoryBytes()).isEqualTo(16 << 20);
        assertThat(machine.availableMemoryBytes()).isEqualTo(8 << 20);
        assertThat(machine.nvidiaDriver()).isEmpty();
        assertThat(machine.gpus()).isEmpty();
        assertThat(machine.tensorRtLibraries()).isEmpty();
    }

    @Test
    void respectsTheMemoryLimitOfAContainer() throws IOException {
        file("proc/meminfo", "MemTotal:       16384 kB\nMemAvailable:    8192 kB\n");
        file("proc/self/cgroup", "0::/jobs/one\n");
        file("sys/fs/cgroup/jobs/memory.max", "4194304\n");
        file("sys/fs/cgroup/jobs/memory.current", "2097152\n");
        file("sys/fs/cgroup/jobs/memory.stat", "anon 1048576\nfile 1048576\n");
        file("sys/fs/cgroup/jobs/one/memory.max", "max\n");
        Machine machine = inspect(Map.of());
        assertThat(machine.memoryBytes()).isEqualTo(4 << 20);
        assertThat(machine.availableMemoryBytes()).isEqualTo(3 << 20);
    }

    @Test
    void respectsTheMemoryLimitOfAnOlderContainer() throws IOException {
        file("proc/meminfo", "MemTotal:       16384 kB\nMemAvailable:    1024 kB\n");
        file("proc/self/cgroup", "9:cpu:/\n4:memory:/job\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "8388608\n");
        file("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1048576\n");
        Machine machine = inspect(Map.of());
        assertThat(machine.memoryBytes()).isEqualTo(8 << 20);
        assertThat(machine.availableMemoryBytes()).isEqualTo(1 << 20);
    }

    @Test
    void asksNvidiaSmi() throws IOException {
        Path program = file("bin/nvidia-smi", "#!/bin/sh\necho 'NVIDIA H200, 143771, 570.86.15, 9.0'\n");
        assumeThat(program.toFile().setExecutable(true)).isTrue();
        Machine machine = inspect(Map.of("PATH", root.resolve("bin").toString()));
        assertThat(machine.nvidiaDriver()).isEqualTo("570.86.15");
        assertThat(machine.gpus()).containsExactly(new Machine.Gpu("NVIDIA H200", 143771L << 20, "9.0"));
    }

    @Test
    void readsTheDriverWhereNvidiaSmiIsMissingOrFails() throws IOException {
        Path program = file("bin/nvidia-smi", "#!/bin/sh\necho 'a, b, c, d'\nexit 9\n");
        assumeThat(program.toFile().setExecutable(true)).isTrue();
        file("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12\n");
        file("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA L4\nIRQ: 1\n");
        Machine machine = inspect(Map.of("PATH", root.resolve("bin").toString()));
        assertThat(machine.nvidiaDriver()).isEqualTo("535.183.01");
        assertThat(machine.gpus()).containsExactly(new Machine.Gpu("NVIDIA L4", 0, ""));
    }

    @Test
    void findsTensorRtOnTheLibraryPath() throws IOException {
        Path first = file("own/libnvinfer.so.10", "");
        file("own/libnvinfer_plugin.so.10", "");
        Path second = file("usr/lib/x86_64-linux-gnu/libnvinfer.so.8.6.1", "");
        Machine machine = inspect(Map.of("LD_LIBRARY_PATH", root.resolve("own").toString()));
        assertThat(machine.tensorRtLibraries()).containsExactly(first, second);
    }

    private Machine inspect(Map<String, String> environment) {
        return Machine.inspect(root, environment);
    }

    private Path file(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }
}
