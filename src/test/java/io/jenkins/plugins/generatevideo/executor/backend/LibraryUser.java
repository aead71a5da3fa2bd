package io.jenkins.plugins.generatevideo.executor.backend;

import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.text.TextTokenizer;
import java.nio.file.Path;

/** A process that uses the native libraries: loads a network and the tokenizer, and says so. */
final class LibraryUser {
    private LibraryUser() {}

    public static void main(String[] arguments) throws ExecutorException {
        try (Backend backend = new OnnxRuntimeBackend(OnnxRuntimeOptions.standard());
                Network network = backend.load(Path.of(arguments[0]));
                TextTokenizer tokenizer = TextTokenizer.load(Path.of(arguments[1]), 4)) {
            System.out.println(network.inputs().get(0).name() + " "
                    + tokenizer.encode("a red ball").length());
            System.out.println(System.getProperty("onnxruntime.native.path"));
        }
    }
}
