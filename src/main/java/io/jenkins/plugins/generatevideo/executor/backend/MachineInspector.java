package io.jenkins.plugins.generatevideo.executor.backend;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gathers the facts of a {@link Machine} from the system's files, the Java runtime and {@code nvidia-smi}. */
final class MachineInspector {
    private static final Logger LOGGER = LoggerFactory.getLogger(MachineInspector.class);
    private static final long NVIDIA_SMI_SECONDS = 10;
    private static final Pattern DRIVER = Pattern.compile("Kernel Module.*?\\s(\\d+\\.\\d+[.\\d]*)");
    private static final Pattern TENSORRT = Pattern.compile("libnvinfer\\.so(\\.[0-9.]+)?|nvinfer(_[0-9]+)?\\.dll");
    private static final List<String> LIBRARY_FOLDERS = List.of(
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "usr/lib64",
            "usr/lib",
            "usr/local/lib",
            "usr/local/tensorrt/lib",
            "opt/tensorrt/lib");

    private final Path root;
    private final Map<String, String> environment;

    MachineInspector(Path root, Map<String, String> environment) {
        this.root = root;
        this.environment = environment;
    }

    Machine inspect() {
        long[] memory = memory();
        List<String[]> rows = nvidiaSmi();
        List<Machine.Gpu> gpus = new ArrayList<>();
        for (String[] row : rows) {
            gpus.add(new Machine.Gpu(row[0], megabytes(row[1]), row[3]));
        }
        String driver = rows.isEmpty() ? loadedDriver() : rows.get(0)[2];
        return new Machine(
                System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
                operatingSystem(),
                processor(),
                Runtime.getRuntime().availableProcessors(),
                memory[0],
                memory[1],
                driver,
                gpus.isEmpty() ? loadedGpus() : gpus,
                tensorRtLibraries());
    }

    private String operatingSystem() {
        String kernel = String.join(
                " ", System.getProperty("os.name"), System.getProperty("os.version"), System.getProperty("os.arch"));
        return lines("etc/os-release").stream()
                .filter(line -> line.startsWith("PRETTY_NAME="))
                .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", "") + ", " + kernel)
                .findFirst()
                .orElse(kernel);
    }

    private String processor() {
        Optional<String> model = lines("proc/cpuinfo").stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
        return model.orElse(environment.getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch")));
    }

    /** Total and available bytes, within the limit of a control group if there is one. */
    long[] memory() {
        List<String> lines = lines("proc/meminfo");
        if (lines.isEmpty()) {
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            return new long[] {system.getTotalMemorySize(), system.getFreeMemorySize()};
        }
        long total = kilobytes(lines, "MemTotal");
        long available = kilobytes(lines, "MemAvailable");
        for (String group : memoryGroups()) {
            boolean second = Files.exists(root.resolve(group).resolve("memory.max"));
            long limit = number(group + (second ? "/memory.max" : "/memory.limit_in_bytes"), Long.MAX_VALUE);
            long used = number(group + (second ? "/memory.current" : "/memory.usage_in_bytes"), 0);
            // the group's use counts the page cache, which gives way
            long cache = cache(group + "/memory.stat", second ? "file" : "total_cache");
            if (limit < total) {
                total = limit;
                available = Math.min(available, Math.max(0, limit - used + cache));
            }
        }
        return new long[] {total, Math.min(available, total)};
    }

    /** This process's control group and all above it, each of which may limit it. */
    private List<String> memoryGroups() {
        List<String> groups = new ArrayList<>(List.of("sys/fs/cgroup", "sys/fs/cgroup/memory"));
        for (String line : lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3 && (parts[1].isEmpty() || parts[1].contains("memory"))) {
                String base = parts[1].isEmpty() ? "sys/fs/cgroup" : "sys/fs/cgroup/memory";
                for (String path = parts[2];
                        path.lastIndexOf('/') >= 0;
                        path = path.substring(0, path.lastIndexOf('/'))) {
                    groups.add(base + path);
                }
            }
        }
        return groups;
    }

    private long cache(String file, String field) {
        return lines(file).stream()
                .map(line -> line.split(" "))
                .filter(parts -> parts.length == 2 && parts[0].equals(field))
                .mapToLong(parts -> parsed(parts[1], 0))
                .sum();
    }

    private static long kilobytes(List<String> lines, String field) {
        return lines.stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> parsed(line.replaceAll("\\D", ""), 0) * 1024)
                .findFirst()
                .orElse(0);
    }

    private long number(String file, long otherwise) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? otherwise : parsed(lines.get(0).strip(), otherwise);
    }

    private static long parsed(String text, long otherwise) {
        // "max" stands for no limit
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : otherwise;
    }

    private static long megabytes(String text) {
        return parsed(text, 0) << 20;
    }

    /** Name, memory in MiB, driver version and compute capability of each GPU. */
    private List<String[]> nvidiaSmi() {
        Optional<Path> program = program("nvidia-smi");
        if (program.isEmpty()) {
            return List.of();
        }
        try {
            Process process = new ProcessBuilder(
                            program.get().toString(),
                            "--query-gpu=name,memory.total,driver_version,compute_cap",
                            "--format=csv,noheader,nounits")
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(NVIDIA_SMI_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return List.of();
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() != 0
                    ? List.of()
                    : output.lines()
                            .map(line -> line.split("\\s*,\\s*"))
                            .filter(row -> row.length == 4)
                            .toList();
        } catch (IOException e) {
            LOGGER.debug("nvidia-smi cannot be run", e);
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private Optional<Path> program(String name) {
        String suffix = File.separatorChar == '\\' ? ".exe" : "";
        return folders("PATH").stream()
                .map(folder -> folder.resolve(name + suffix))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The version of the driver in the kernel, which is there in containers without {@code nvidia-smi} too. */
    private String loadedDriver() {
        for (String line : lines("proc/driver/nvidia/version")) {
            Matcher matcher = DRIVER.matcher(line);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        return "";
    }

    private List<Machine.Gpu> loadedGpus() {
        List<Machine.Gpu> gpus = new ArrayList<>();
        for (Path gpu : list(root.resolve("proc/driver/nvidia/gpus"))) {
            for (String line : lines(root.relativize(gpu.resolve("information")).toString())) {
                if (line.startsWith("Model:")) {
                    gpus.add(new Machine.Gpu(line.substring("Model:".length()).strip(), 0, ""));
                }
            }
        }
        return gpus;
    }

    private List<Path> tensorRtLibraries() {
        List<Path> folders = new ArrayList<>(folders("LD_LIBRARY_PATH"));
        if (File.separatorChar == '\\') {
            folders.addAll(folders("PATH"));
        }
        LIBRARY_FOLDERS.forEach(folder -> folders.add(root.resolve(folder)));
        List<Path> libraries = new ArrayList<>();
        for (Path folder : folders) {
            list(folder).stream()
                    .filter(file ->
                            TENSORRT.matcher(file.getFileName().toString()).matches())
                    .filter(file -> !libraries.contains(file))
                    .forEach(libraries::add);
        }
        return libraries;
    }

    private List<Path> folders(String variable) {
        List<Path> folders = new ArrayList<>();
        for (String folder : environment.getOrDefault(variable, "").split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        return folders;
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return List.copyOf(new TreeSet<>(files.toList()));
        } catch (IOException e) {
            LOGGER.debug("{} cannot be read", folder, e);
            return List.of();
        }
    }

    private List<String> lines(String file) {
        Path path = root.resolve(file.startsWith("/") ? file.substring(1) : file);
        if (!Files.isRegularFile(path)) {
            return List.of();
        }
        try {
            return new String(Files.readAllBytes(path), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            LOGGER.debug("{} cannot be read", path, e);
            return List.of();
        }
    }
}
