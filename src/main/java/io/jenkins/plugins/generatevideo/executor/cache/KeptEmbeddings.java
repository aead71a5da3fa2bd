package io.jenkins.plugins.generatevideo.executor.cache;

import io.jenkins.plugins.generatevideo.executor.backend.Backend;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.bundle.EngineBundle;
import io.jenkins.plugins.generatevideo.executor.diffusion.EmbeddingCache;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prompt embeddings of one bundle on one backend, kept across runs. */
public final class KeptEmbeddings implements EmbeddingCache {
    private static final String TENSOR = "embeddings";

    private final ContentStore store;
    private final CacheKey key;

    public KeptEmbeddings(ContentStore store, EngineBundle bundle, Backend backend) {
        this.store = store;
        key = CacheKey.of(bundle, backend);
    }

    @Override
    public Optional<FloatTensor> find(String network, LongTensor ids, LongTensor mask) {
        return store.find(key(network, ids, mask)).map(parts -> Tensors.fromBytes(parts.get(TENSOR)));
    }

    @Override
    public void keep(String network, LongTensor ids, LongTensor mask, FloatTensor embeddings) {
        store.keep(key(network, ids, mask), Map.of(TENSOR, Tensors.toBytes(embeddings)));
    }

    private String key(String network, LongTensor ids, LongTensor mask) {
        return key.with("prompt-embeddings", List.of(network, ids.shape(), ids.data(), mask.data()));
    }
}
