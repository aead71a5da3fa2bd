package io.jenkins.plugins.generatevideo.executor.cache;

import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.EmbeddingCache;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prompt embeddings of one bundle on one backend, kept across runs: shape and values, big-endian. */
public final class KeptEmbeddings implements EmbeddingCache {
    private static final String SHAPE = "shape";
    private static final String VALUES = "values";

    private final ContentStore store;
    private final CacheKey key;

    public KeptEmbeddings(ContentStore store, EngineBundle bundle, Backend backend) {
        this.store = store;
        key = CacheKey.of(bundle, backend);
    }

    @Override
    public Optional<FloatTensor> find(String network, LongTensor ids, LongTensor mask) {
        return store.find(key(network, ids, mask)).map(KeptEmbeddings::tensor);
    }

    private static FloatTensor tensor(Map<String, byte[]> parts) {
        long[] shape = new long[parts.get(SHAPE).length / Long.BYTES];
        ByteBuffer.wrap(parts.get(SHAPE)).asLongBuffer().get(shape);
        float[] values = new float[parts.get(VALUES).length / Float.BYTES];
        ByteBuffer.wrap(parts.get(VALUES)).asFloatBuffer().get(values);
        return new FloatTensor(shape, values);
    }

    @Override
    public void keep(String network, LongTensor ids, LongTensor mask, FloatTensor embeddings) {
        ByteBuffer shape = ByteBuffer.allocate(embeddings.shape().length * Long.BYTES);
        shape.asLongBuffer().put(embeddings.shape());
        ByteBuffer values = ByteBuffer.allocate(embeddings.data().length * Float.BYTES);
        values.asFloatBuffer().put(embeddings.data());
        store.keep(key(network, ids, mask), Map.of(SHAPE, shape.array(), VALUES, values.array()));
    }

    private String key(String network, LongTensor ids, LongTensor mask) {
        return key.with("prompt-embeddings", List.of(network, ids.shape(), ids.data(), mask.data()));
    }
}
