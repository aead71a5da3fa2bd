package io.jenkins.plugins.generatevideo.executor.text;

import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;

/**
 * A text as the text encoder takes it.
 *
 * @param ids token ids, {@code [1, tokens]}, padded to the bundle's maximum length
 * @param mask 1 for a token, 0 for padding, {@code [1, tokens]}
 * @param length how many tokens are no padding
 * @param truncated whether the text was longer, so that its end is not seen by the model
 */
public record TokenizedText(LongTensor ids, LongTensor mask, int length, boolean truncated) {}
