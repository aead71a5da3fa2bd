package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import java.util.Optional;

/** Prompt embeddings of earlier generations with the same bundle and backend. */
public interface EmbeddingCache {
    /** Remembers nothing. */
    EmbeddingCache NONE = new EmbeddingCache() {
        @Override
        public Optional<FloatTensor> find(String network, LongTensor ids, LongTensor mask) {
            return Optional.empty();
        }

        @Override
        public void keep(String network, LongTensor ids, LongTensor mask, FloatTensor embeddings) {}
    };

    /**
     * What the text encoder said of these tokens.
     *
     * @param network the text encoder's name in the bundle
     * @param ids {@code [batch, tokens]}
     * @param mask {@code [batch, tokens]}
     * @return {@code [batch, tokens, width]}
     */
    Optional<FloatTensor> find(String network, LongTensor ids, LongTensor mask);

    /** Remembers what {@link #find} will give. */
    void keep(String network, LongTensor ids, LongTensor mask, FloatTensor embeddings);
}
