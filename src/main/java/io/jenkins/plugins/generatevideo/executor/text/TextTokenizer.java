package io.jenkins.plugins.generatevideo.executor.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.LongTensor;
import io.jenkins.plugins.generatevideo.executor.backend.NativeLibraries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** A bundle's tokenizer: Hugging Face tokenizers behind DJL, from {@code tokenizer.json} and nothing else. */
public final class TextTokenizer implements AutoCloseable {
    private static final Set<String> PADDING_NAMES = Set.of("<pad>", "[PAD]", "<|pad|>");

    private final HuggingFaceTokenizer tokenizer;
    private final int maximumLength;
    private final long padding;

    private TextTokenizer(HuggingFaceTokenizer tokenizer, int maximumLength, long padding) {
        this.tokenizer = tokenizer;
        this.maximumLength = maximumLength;
        this.padding = padding;
    }

    /**
     * Loads a tokenizer.
     *
     * @param file {@code tokenizer.json}
     * @param maximumLength tokens that every text is padded or cut to, special tokens among them
     * @throws ExecutorException {@code BAD_BUNDLE} if the file is no tokenizer, {@code MACHINE_UNSUITABLE} if the native
     *     library cannot be loaded
     */
    public static TextTokenizer load(Path file, int maximumLength) throws ExecutorException {
        NativeLibraries.prepare();
        String length = Integer.toString(maximumLength);
        Map<String, String> options = Map.of(
                "padding", "do_not_pad", "truncation", "longest_first", "maxLength", length, "modelMaxLength", length);
        try {
            long padding = padding(file);
            return new TextTokenizer(HuggingFaceTokenizer.newInstance(file, options), maximumLength, padding);
        } catch (IOException | RuntimeException e) {
            // DJL's native code reports a file it cannot read with exceptions of any kind
            throw new ExecutorException(
                    ExitCode.BAD_BUNDLE,
                    "The tokenizer " + file + " cannot be loaded (" + firstLine(e) + "); restore the engine bundle.",
                    e);
        } catch (LinkageError e) {
            throw new ExecutorException(
                    ExitCode.MACHINE_UNSUITABLE,
                    "The tokenizer's native library cannot be loaded on this machine (" + firstLine(e)
                            + "); it needs 64-bit Linux with glibc, Windows or macOS, and a cache folder that allows"
                            + " libraries to be loaded (GENERATE_VIDEO_CACHE).",
                    e);
        }
    }

    /** The id of padding: the file's own setting, else its token for padding, else 0. */
    private static long padding(Path file) throws IOException {
        try (JsonParser json = new JsonFactory(new ObjectMapper()).createParser(file.toFile())) {
            long named = 0;
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object");
            }
            // both stand before the vocabulary, which may be large
            while (json.nextToken() == JsonToken.FIELD_NAME
                    && !json.currentName().equals("model")) {
                String field = json.currentName();
                json.nextToken();
                JsonNode value = json.readValueAsTree();
                if (field.equals("padding") && value != null && value.hasNonNull("pad_id")) {
                    return value.get("pad_id").asLong();
                }
                if (field.equals("added_tokens") && value != null) {
                    for (JsonNode token : value) {
                        named = PADDING_NAMES.contains(token.path("content").asText())
                                ? token.path("id").asLong()
                                : named;
                    }
                }
            }
            return named;
        } catch (JsonProcessingException e) {
            throw new IOException("no valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Tokenizes a text, with the tokenizer's special tokens. */
    public TokenizedText encode(String text) {
        Encoding encoding = tokenizer.encode(text);
        long[] found = encoding.getIds();
        int length = Math.min(found.length, maximumLength);
        long[] ids = Arrays.copyOf(found, maximumLength);
        Arrays.fill(ids, length, maximumLength, padding);
        long[] mask = new long[maximumLength];
        Arrays.fill(mask, 0, length, 1);
        long[] shape = {1, maximumLength};
        return new TokenizedText(
                new LongTensor(shape, ids), new LongTensor(shape, mask), length, encoding.exceedMaxLength());
    }

    private static String firstLine(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse("").strip();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
