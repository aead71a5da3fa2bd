package io.jenkins.plugins.generatevideo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private Path installed;
    private Process script;

    @BeforeEach
    void layOut() throws IOException {
        control = Files.createDirectory(folder.resolve("it's a $HOME \"folder\""));
        Files.writeString(control.resolve("request.json"), "{\"prompt\":\"一个球\"}");
        Files.copy(
                Path.of("src/main/resources/io/jenkins/plugins/generatevideo/agent/run.sh"), control.resolve("run.sh"));
        installed = Files.createDirectory(folder.resolve("installed"));
        Files.createFile(Files.createDirectory(installed.resolve("lib")).resolve("generate-video.jar"));
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

    @Test
    void startsInTheBackgroundAndComesBackAtOnce() throws Exception {
        start("/bin/sh", "-c", "echo ready >&2; while [ ! -e stop ]; do sleep 0.1; done", Map.of());
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).isZero();

        Observation seen = new Observe(0).invoke(control.toFile(), null);
        while (!seen.started()) {
            Thread.sleep(50);
            seen = new Observe(0).invoke(control.toFile(), null);
        }
        assertThat(seen.exitCode()).isNull();
        assertThat(installed.resolve("used")).exists();
        Files.createFile(control.resolve("stop"));
        while (new Observe(0).invoke(control.toFile(), null).exitCode() == null) {
            Thread.sleep(50);
        }
    }

    @Test
    void saysWhenTheExecutorCannotBeSeen() throws Exception {
        Files.delete(installed.resolve("lib/generate-video.jar"));
        start("/bin/sh", "-c", "exit 0", Map.of());
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).isEqualTo(96);
        assertThat(control.resolve("progress.jsonl")).doesNotExist();
    }

    @Test
    void takesTheJavaOfAContainerThatDoesNotSeeTheAgents() throws Exception {
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"the container's $*\" >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        for (Map<String, String> environment : List.of(
                Map.of("JAVA_HOME", folder.resolve("jdk").toString()),
                Map.of("JAVA_HOME", "/nowhere", "PATH", java.getParent() + ":/usr/bin:/bin"))) {
            start("/nowhere/bin/java", "-version", "here", environment);
            assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(script.exitValue()).isZero();
            while (!Files.exists(control.resolve("result"))) {
                Thread.sleep(50);
            }
            assertThat(new Observe(0).invoke(control.toFile(), null).messages())
                    .isEqualTo("the container's -version here\n");
            Files.delete(control.resolve("result"));
        }
    }

    @Test
    void saysWhenThereIsNoJava() throws Exception {
        start("/nowhere/bin/java", "-version", "", Map.of("JAVA_HOME", "", "PATH", "/nowhere"));
        assertThat(script.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).isEqualTo(97);
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                control.resolve("run.sh").toString(),
                "watch",
                control.toString(),
                "the-cookie",
                installed.toString(),
                "sh",
                "-c",
                program,
                "sh"));
        command.addAll(List.of(arguments));
        script = new ProcessBuilder(command).inheritIO().start();
    }

    private void start(String java, String first, String second, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "/bin/sh",
                        control.resolve("run.sh").toString(),
                        "start",
                        control.toString(),
                        "the-cookie",
                        installed.toString(),
                        java,
                        first,
                        second)
                .inheritIO();
        builder.environment().putAll(environment);
        script = builder.start();
    }

    private void waitForLife() throws Exception {
        while (!new Observe(0).invoke(control.toFile(), null).started()) {
            assertThat(script.isAlive()).isTrue();
            Thread.sleep(50);
        }
    }
}
