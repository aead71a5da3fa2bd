package io.jenkins.plugins.generatevideo.executor.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.files.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * Names a result by all that it depends on: bundle, backend, this program's version, and what was asked for.
 *
 * @param bundleDigest of the bundle's whole content
 * @param backend name, version and device
 */
record CacheKey(String bundleDigest, List<String> backend) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static CacheKey of(EngineBundle bundle, Backend backend) {
        return new CacheKey(bundle.digest(), List.of(backend.name(), backend.version(), backend.device()));
    }

    /**
     * @param kind of the result, for example {@code clip}
     * @param values texts, numbers, and lists and arrays of them
     * @return 64 hexadecimal digits: SHA-256 of all that as JSON, which tells every two lists of values apart
     */
    String with(String kind, List<?> values) {
        String version = CacheKey.class.getPackage().getImplementationVersion();
        List<Object> all = new ArrayList<>(List.of(kind, String.valueOf(version), bundleDigest, backend));
        all.addAll(values);
        try {
            return Sha256.hex(JSON.writeValueAsBytes(all));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a key is made of texts and numbers, not of " + values, e);
        }
    }
}
