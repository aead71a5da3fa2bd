package io.jenkins.plugins.generatevideo.step;

import io.jenkins.plugins.generatevideo.agent.ExecutorJson;
import io.jenkins.plugins.generatevideo.contract.EngineReport;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** What compiling a bundle's networks came to, as a Pipeline script gets it. Plain fields, because a Pipeline saves it. */
final class CompiledEngines implements Serializable {
    private static final long serialVersionUID = 1L;

    /** No bundle has so many networks; an agent is not trusted to be right. */
    private static final int MOST = 64;

    private final LinkedHashMap<String, Object> values = new LinkedHashMap<>();

    /**
     * Reads the report that came from an agent, and checks it.
     *
     * @param report the text of {@value EngineReport#FILE}
     * @throws IOException if it is not what the executor writes
     */
    CompiledEngines(String report) throws IOException {
        ExecutorJson json = ExecutorJson.parse(report, EngineReport.FILE);
        if (!json.text("schema").equals(EngineReport.SCHEMA)) {
            throw new IOException(EngineReport.FILE + " is of another schema than " + EngineReport.SCHEMA);
        }
        values.put("bundle", json.object("bundle").text("name"));
        values.put("bundleDigest", json.object("bundle").text("digest"));
        values.put("device", json.object("backend").text("device"));
        values.put("architecture", json.text("architecture"));
        values.put("seconds", json.number("totalSeconds"));
        ArrayList<Map<String, Object>> engines = new ArrayList<>();
        for (ExecutorJson engine : json.objects("engines")) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("network", engine.text("network"));
            one.put("precision", engine.text("precision"));
            one.put("bytes", engine.wholeNumber("bytes"));
            one.put("compiled", engine.flag("compiled"));
            one.put("seconds", engine.number("seconds"));
            engines.add(one);
        }
        if (engines.size() > MOST) {
            throw new IOException(EngineReport.FILE + " names more than " + MOST + " engines");
        }
        values.put("engines", engines);
    }

    /** {@code bundle}, {@code device}, {@code engines} and so on. */
    Map<String, Object> forScript() {
        return new LinkedHashMap<>(values);
    }
}
