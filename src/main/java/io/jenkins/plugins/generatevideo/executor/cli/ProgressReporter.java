package io.jenkins.plugins.generatevideo.executor.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jenkins.plugins.generatevideo.contract.Progress;
import io.jenkins.plugins.generatevideo.contract.Progress.Stage;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import io.jenkins.plugins.generatevideo.executor.backend.tensorrt.CompileObserver;
import io.jenkins.plugins.generatevideo.executor.diffusion.Observer;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Says how far a run is: as a bar in a terminal or as JSON lines, at every change and at least once a second. */
final class ProgressReporter implements Observer, AutoCloseable {
    /** How progress is shown. */
    enum Style {
        AUTO,
        BAR,
        JSON,
        NONE
    }

    private static final int BAR_WIDTH = 30;
    private static final long HEARTBEAT_SECONDS = 1;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final Style style;
    private final PrintStream output;
    private final PrintStream messages;
    private final Cancellation cancellation;
    private final TimeLeft timeLeft = new TimeLeft();
    private final ObjectMapper json = new ObjectMapper();
    private final ScheduledExecutorService heartbeat = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress-heartbeat");
        thread.setDaemon(true);
        return thread;
    });
    private Progress latest;

    /** @param cancellation is told when nobody reads the output any more */
    ProgressReporter(Style style, PrintStream output, PrintStream messages, Cancellation cancellation) {
        this.style = style != Style.AUTO ? style : System.console() != null ? Style.BAR : Style.JSON;
        this.output = output;
        this.messages = messages;
        this.cancellation = cancellation;
        heartbeat.scheduleAtFixedRate(this::beat, HEARTBEAT_SECONDS, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public synchronized void progressed(Stage stage, int step, int steps) {
        boolean news = latest == null || latest.stage() != stage || latest.step() != step;
        timeLeft.update(stage, step, steps);
        latest = new Progress(stage, step, steps, timeLeft.seconds());
        if (news) {
            show();
        }
    }

    @Override
    public synchronized void warned(String sentence) {
        messages.println((style == Style.BAR ? CLEAR_LINE : "") + sentence);
    }

    /** Says what is compiled, and ends it when the user wishes. */
    CompileObserver compiling(Cancellation wish) {
        return new CompileObserver() {
            @Override
            public void said(String sentence) {
                warned(sentence);
            }

            @Override
            public void compiling(String network) throws ExecutorException {
                wish.check();
            }
        };
    }

    private synchronized void beat() {
        if (latest != null && latest.stage() != Stage.DONE) {
            latest = new Progress(latest.stage(), latest.step(), latest.steps(), timeLeft.seconds());
            show();
        }
    }

    private void show() {
        switch (style) {
            case BAR -> output.print(CLEAR_LINE + bar());
            case JSON -> output.println(line());
            default -> {
                return;
            }
        }
        output.flush();
        if (output.checkError()) {
            cancellation.cancel("nobody reads its output any more");
        }
    }

    private String bar() {
        int filled = (int) (latest.share() * BAR_WIDTH);
        String left = latest.secondsLeft() == null
                ? ""
                : String.format(Locale.ROOT, "  %.0f s left", Math.ceil(latest.secondsLeft()));
        return String.format(
                Locale.ROOT,
                "%-12s [%s%s] %d/%d%s",
                latest.stage().label(),
                "#".repeat(filled),
                ".".repeat(BAR_WIDTH - filled),
                latest.step(),
                latest.steps(),
                left);
    }

    private String line() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("stage", latest.stage().label());
        fields.put("step", latest.step());
        fields.put("steps", latest.steps());
        if (latest.secondsLeft() != null) {
            fields.put("secondsLeft", Math.round(latest.secondsLeft() * 10) / 10.0);
        }
        try {
            return json.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and names are always JSON", e);
        }
    }

    /** Says where the result is. */
    synchronized void finished(String sentence) {
        if (style == Style.BAR) {
            output.print(CLEAR_LINE);
            output.flush();
        }
        messages.println(sentence);
    }

    @Override
    public void close() {
        heartbeat.shutdownNow();
    }
}
