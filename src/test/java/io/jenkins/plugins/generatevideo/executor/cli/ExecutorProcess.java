package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.executor.EmbeddedBundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The executor as a process of its own, as the plugin and a user start it. */
final class ExecutorProcess implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 180;

    private final Process process;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private final List<String> allOutput = new ArrayList<>();
    private final StringBuilder messages = new StringBuilder();
    private final List<Thread> readers = new ArrayList<>();

    private ExecutorProcess(Process process) {
        this.process = process;
        readers.add(read(process.getInputStream(), line -> {
            synchronized (allOutput) {
                allOutput.add(line);
            }
            output.add(line);
        }));
        readers.add(read(process.getErrorStream(), line -> {
            synchronized (messages) {
                messages.append(line).append('\n');
            }
        }));
    }

    private interface LineSink {
        void accept(String line);
    }

    private static Thread read(java.io.InputStream stream, LineSink sink) {
        Thread thread = new Thread(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    sink.accept(line);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.start();
        return thread;
    }

    /** Starts it with the embedded bundles and a cache folder of the test's own. */
    static ExecutorProcess start(Path cache, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                GenerateVideo.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment()
                .put("GENERATE_VIDEO_BUNDLES", EmbeddedBundle.library().toString());
        builder.environment().put("GENERATE_VIDEO_CACHE", cache.toString());
        builder.environment().put("XDG_CACHE_HOME", userCache(cache).toString());
        builder.environment().remove("ORT_DISABLE_TELEMETRY");
        return new ExecutorProcess(builder.start());
    }

    /** Where the libraries that it uses keep what is the user's. */
    static Path userCache(Path cache) {
        return cache.resolve("user");
    }

    /** Runs it to its end. */
    static ExecutorProcess run(Path cache, String... arguments) throws IOException, InterruptedException {
        ExecutorProcess process = start(cache, arguments);
        process.process.getOutputStream().close();
        process.exitCode();
        return process;
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    /** Waits for the first line of standard output that contains {@code text}. */
    String awaitOutput(String text) throws InterruptedException {
        while (true) {
            String line = output.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line with \"" + text + "\" came; messages: " + messages());
            }
            if (line.contains(text)) {
                return line;
            }
        }
    }

    /** Sends a signal by its name, such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("it did not end; messages: " + messages());
        }
        for (Thread reader : readers) {
            reader.join();
        }
        return process.exitValue();
    }

    List<String> output() {
        synchronized (allOutput) {
            return List.copyOf(allOutput);
        }
    }

    /** What stands on standard error. */
    String messages() {
        synchronized (messages) {
            return messages.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
