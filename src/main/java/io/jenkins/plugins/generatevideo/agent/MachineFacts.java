package io.jenkins.plugins.generatevideo.agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an agent can run, as the executor's {@code doctor} found it there.
 *
 * @param able whether clips can be made there
 * @param processor its model and how many of its threads are in use
 * @param memoryBytes of the machine or of its container
 * @param driver the version of NVIDIA's driver, empty where there is none
 * @param tensorRt the version of TensorRT, for example {@code 10.15.1}; empty unless networks can run on it there
 * @param findings everything that was looked at, in English as the executor says it
 */
public record MachineFacts(
        boolean able,
        String processor,
        long memoryBytes,
        String driver,
        List<Gpu> gpus,
        String tensorRt,
        List<Finding> findings) {
    /** Makers and families that say nothing: every GPU here is NVIDIA's. */
    private static final Set<String> BRANDS = Set.of("nvidia", "geforce", "tesla", "quadro");
    /** More are on no machine; an agent is not trusted to be right. */
    private static final int MOST = 64;

    /**
     * A GPU.
     *
     * @param memoryBytes 0 where it is not known
     * @param computeCapability for example {@code 9.0}, empty where it is not known
     */
    public record Gpu(String name, long memoryBytes, String computeCapability) {
        /** For example {@code gpu-h200} or {@code gpu-rtx-4090}: the model's name up to its number. */
        String label() {
            List<String> words = new ArrayList<>(List.of("gpu"));
            for (String word : name.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
                if (!word.isEmpty() && !BRANDS.contains(word)) {
                    words.add(word);
                }
                if (word.matches(".*[0-9].*")) {
                    break;
                }
            }
            return String.join("-", words);
        }

        /** For people, for example {@code NVIDIA H200, 150.8 GB}. */
        @Override
        public String toString() {
            return memoryBytes == 0 ? name : name + ", " + gigabytes(memoryBytes);
        }
    }

    /**
     * One thing that was looked at.
     *
     * @param remedy what to do, or empty if nothing need be done
     */
    public record Finding(String what, String finding, String remedy) {
        public String getWhat() {
            return what;
        }

        public String getFinding() {
            return finding;
        }

        public String getRemedy() {
            return remedy;
        }
    }

    public MachineFacts {
        gpus = List.copyOf(gpus);
        findings = List.copyOf(findings);
    }

    /**
     * Reads what {@code doctor --json} wrote on an agent, and checks it.
     *
     * @throws IOException if it is not that
     */
    public static MachineFacts parse(String text) throws IOException {
        ExecutorJson doctor = ExecutorJson.parse(text, "doctor");
        ExecutorJson machine = doctor.object("machine");
        List<Gpu> gpus = new ArrayList<>();
        for (ExecutorJson gpu : bounded(machine, "gpus")) {
            gpus.add(new Gpu(gpu.text("name"), gpu.wholeNumber("memoryBytes"), gpu.text("computeCapability")));
        }
        ExecutorJson tensorRt = doctor.object("tensorRt");
        List<Finding> findings = new ArrayList<>();
        for (ExecutorJson finding : bounded(doctor, "findings")) {
            findings.add(new Finding(
                    finding.text("what"),
                    finding.text("finding"),
                    finding.has("remedy") ? finding.text("remedy") : ""));
        }
        return new MachineFacts(
                doctor.flag("able"),
                machine.text("processor"),
                machine.wholeNumber("memoryBytes"),
                machine.text("nvidiaDriver"),
                gpus,
                tensorRt.flag("usable") ? tensorRt.text("version") : "",
                findings);
    }

    private static List<ExecutorJson> bounded(ExecutorJson json, String name) throws IOException {
        List<ExecutorJson> objects = json.objects(name);
        if (objects.size() > MOST) {
            throw new IOException("doctor has more than " + MOST + " " + name);
        }
        return objects;
    }

    /** What jobs can ask for: {@code gpu}, each GPU's model, and TensorRT's main version if it runs there. */
    public Set<String> labels() {
        Set<String> labels = new TreeSet<>();
        for (Gpu gpu : gpus) {
            labels.add("gpu");
            labels.add(gpu.label());
        }
        if (!tensorRt.isEmpty()) {
            labels.add("tensorrt-" + tensorRt.replaceFirst("[^0-9].*", ""));
        }
        return labels;
    }

    /** For people. */
    public String memory() {
        return gigabytes(memoryBytes);
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
