package io.jenkins.plugins.generatevideo.executor.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a prompt becomes token ids.
 *
 * @param tokenizer the tokenizer's file ({@code tokenizer.json} of Hugging Face tokenizers); null for a model that is only
 *     ever given token ids, as the miniature models of tests are
 * @param maximumLength tokens that every prompt is padded or cut to
 * @param zeroPadding whether embeddings of padding are set to zero after encoding, as Wan does
 * @param vocabulary the file with the words that the model knows, one a line, or null if it knows any
 * @param defaultNegativePrompt what to lead away from when the request does not say, may be empty
 */
public record TextSettings(
        String tokenizer,
        @JsonProperty(required = true) int maximumLength,
        @JsonProperty(required = true) boolean zeroPadding,
        String vocabulary,
        String defaultNegativePrompt) {
    public TextSettings {
        if (tokenizer != null) {
            Check.relativePath(tokenizer, "tokenizer");
        }
        Check.range(maximumLength, 1, 65_536, "maximumLength");
        if (vocabulary != null) {
            Check.relativePath(vocabulary, "vocabulary");
        }
        defaultNegativePrompt = defaultNegativePrompt == null ? "" : defaultNegativePrompt;
    }
}
