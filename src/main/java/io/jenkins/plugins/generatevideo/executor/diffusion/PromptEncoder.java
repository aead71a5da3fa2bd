package io.jenkins.plugins.generatevideo.executor.diffusion;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.FloatTensor;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.backend.Network;
import java.util.Arrays;
import java.util.Map;

/** Turns token ids into prompt embeddings. */
final class PromptEncoder {
    private PromptEncoder() {}

    /**
     * @param ids {@code [batch, tokens]}
     * @param mask {@code [batch, tokens]}, 1 for a token, 0 for padding
     * @param zeroPadding whether the embeddings of padding are set to zero, as Wan's denoisers were trained
     * @return {@code [batch, tokens, width]}
     */
    static FloatTensor encode(Network textEncoder, LongTensor ids, LongTensor mask, boolean zeroPadding)
            throws ExecutorException {
        FloatTensor embeddings = textEncoder
                .run(Map.of("input_ids", ids, "attention_mask", mask))
                .get("text_embeddings");
        return zeroPadding ? withoutPadding(embeddings, mask) : embeddings;
    }

    private static FloatTensor withoutPadding(FloatTensor embeddings, LongTensor mask) {
        float[] data = embeddings.data().clone();
        int width = (int) embeddings.shape()[2];
        for (int token = 0; token < mask.data().length; token++) {
            if (mask.data()[token] == 0) {
                Arrays.fill(data, token * width, (token + 1) * width, 0);
            }
        }
        return new FloatTensor(embeddings.shape(), data);
    }
}
