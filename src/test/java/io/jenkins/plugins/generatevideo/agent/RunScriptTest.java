package io.jenkins.plugins.generatevideo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the script that watches over the executor, with small commands in the executor's place. */
class RunScriptTest {
    @TempDir
    Path folder;

    private Path control;
    private Process script;

    @BeforeEach
    void layOut() throws IOException {
        control = Files.createDirectory(folder.resolve("it's a $HOME \"folder\""));
        Files.writeString(control.resolve("request.json"), "{\"prompt\":\"一个球\"}");
    }

    @AfterEach
    void end() throws InterruptedException {
        script.descendants().forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly().waitFor();
    }

    @Test
    void passesTheRequestAndKeepsOutputAndExitCode() throws Exception {
        run("cat; echo; echo 'not a line yet'; echo sentence >&2; exit 3");
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();

        Observation seen = new Observe(0).invoke(control.toFile(), null);
        assertThat(seen.exitCode()).isEqualTo(3);
        assertThat(seen.messages()).isEqualTo("sentence\n");
        assertThat(seen.progress()).isEqualTo("not a line yet");
        assertThat(Files.readString(control.resolve("progress.jsonl"))).startsWith("{\"prompt\":\"一个球\"}\n");
    }

    @Test
    void passesArgumentsUntouched() throws Exception {
        run("printf '%s\\n' \"$@\" >&2", "one two", "$HOME", "'quoted'", "*");
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();

        assertThat(new Observe(0).invoke(control.toFile(), null).messages()).isEqualTo("one two\n$HOME\n'quoted'\n*\n");
    }

    @Test
    void givesTheCookieToTheExecutorOnly() throws Exception {
        run("echo \"$JENKINS_SERVER_COOKIE\" >&2");
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(new Observe(0).invoke(control.toFile(), null).messages()).isEqualTo("the-cookie\n");
    }

    @Test
    void asksTheExecutorToEnd() throws Exception {
        run("trap 'echo told >&2; exit 130' TERM; while :; do sleep 0.1; done");
        waitForLife();
        Files.createFile(control.resolve("stop"));
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();

        Observation seen = new Observe(0).invoke(control.toFile(), null);
        assertThat(seen.exitCode()).isEqualTo(130);
        assertThat(seen.messages()).isEqualTo("told\n");
    }

    @Test
    void endsAnExecutorThatDoesNotListen() throws Exception {
        run("trap '' TERM; while :; do sleep 0.1; done");
        waitForLife();
        Files.createFile(control.resolve("stop"));
        assertThat(script.waitFor(30, TimeUnit.SECONDS)).isTrue();
        // 128 + 9, as shells name the end by SIGKILL
        assertThat(new Observe(0).invoke(control.toFile(), null).exitCode()).isEqualTo(137);
    }

    @Test
    void messagesArriveOnceAndInWholeLines() throws Exception {
        run("echo first >&2; printf 'sec' >&2; while [ ! -e more ]; do sleep 0.1; done; echo ond >&2; echo third >&2");
        waitForLife();
        Observation first = new Observe(0).invoke(control.toFile(), null);
        while (first.messages().isEmpty()) {
            Thread.sleep(50);
            first = new Observe(0).invoke(control.toFile(), null);
        }
        assertThat(first.exitCode()).isNull();
        assertThat(first.messages()).isEqualTo("first\n");

        Files.createFile(control.resolve("more"));
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
        Observation rest = new Observe(first.messagesEnd()).invoke(control.toFile(), null);
        assertThat(rest.messages()).isEqualTo("second\nthird\n");
    }

    @Test
    void nothingIsSeenWhereThereIsNoFolder() throws Exception {
        run("exit 0");
        assertThat(new Observe(0).invoke(folder.resolve("elsewhere").toFile(), null))
                .isNull();
    }

    private void run(String program, String... arguments) throws IOException {
        Path file = Path.of("src/main/resources/io/jenkins/plugins/generatevideo/agent/run.sh");
        List<String> command = new ArrayList<>(List.of(
                "sh", file.toAbsolutePath().toString(), control.toString(), "the-cookie", "sh", "-c", program, "sh"));
        command.addAll(List.of(arguments));
        script = new ProcessBuilder(command).inheritIO().start();
    }

    private void waitForLife() throws Exception {
        while (!new Observe(0).invoke(control.toFile(), null).started()) {
            assertThat(script.isAlive()).isTrue();
            Thread.sleep(50);
        }
    }
}
