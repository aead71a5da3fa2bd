package io.jenkins.plugins.generatevideo.step;

import hudson.model.FingerprintMap;
import hudson.model.Run;
import hudson.tasks.Fingerprinter.FingerprintAction;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import jenkins.model.Jenkins;

/** Records the fingerprints of what a step has made, so that Jenkins knows where a file comes from. */
final class Fingerprints {
    private Fingerprints() {}

    /**
     * Records files as made by {@code run}. The build's list names each by its whole path, because every clip of a build
     * has files of the same names.
     *
     * @param folder the folder of the files in the archive or the workspace
     * @param digests the MD5 of each file by its name
     */
    static void record(Run<?, ?> run, String folder, Map<String, String> digests) throws IOException {
        FingerprintMap all = Jenkins.get().getFingerprintMap();
        Map<String, String> byPath = new LinkedHashMap<>();
        for (Map.Entry<String, String> file : digests.entrySet()) {
            all.getOrCreate(run, file.getKey(), file.getValue()).addFor(run);
            byPath.put(folder + "/" + file.getKey(), file.getValue());
        }
        // Branches of one build may come here at the same time.
        synchronized (run) {
            FingerprintAction recorded = run.getAction(FingerprintAction.class);
            if (recorded == null) {
                run.addAction(new FingerprintAction(run, byPath));
            } else {
                recorded.add(byPath);
            }
        }
    }
}
