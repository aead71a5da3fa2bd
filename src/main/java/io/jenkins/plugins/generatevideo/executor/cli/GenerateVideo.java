package io.jenkins.plugins.generatevideo.executor.cli;

import io.jenkins.plugins.generatevideo.contract.ExitCode;
import io.jenkins.plugins.generatevideo.executor.Cancellation;
import io.jenkins.plugins.generatevideo.executor.ExecutorException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The executor's command line. Standard output carries progress and results, standard error one sentence a failure. */
@Command(
        name = "generate-video",
        description = "Makes videos from text with a diffusion model, and checks them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class GenerateVideo implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            GenerateCommand.class,
            TemplateCommand.class,
            CompareCommand.class,
            BundleCommand.class,
            DoctorCommand.class,
            BenchCommand.class);

    /** The launcher's time in milliseconds since 1970, where it can tell; to ask the virtual machine for its own start takes longer than all before. */
    private static final String STARTED = "generate-video.started";

    private static final Duration LONGEST_START = Duration.ofMinutes(1);

    /** Who listens for the user's wish to stop; one for the process. */
    final Cancellation cancellation = new Cancellation();

    /** {@link System#nanoTime} at the process's start, as near as Java can tell. */
    final long start;

    private GenerateVideo(long start) {
        this.start = start;
    }

    public static void main(String[] arguments) {
        List<Class<?>> commands = commands(arguments);
        if (commands.equals(List.of(GenerateCommand.class))) {
            HeadStart.ofReading();
        }
        System.setErr(new PrintStream(System.err, true, StandardCharsets.UTF_8));
        GenerateVideo program =
                new GenerateVideo(System.nanoTime() - sinceStart().toNanos());
        program.cancellation.listen();
        int code = program.run(commands, arguments);
        HeadStart.await();
        program.cancellation.runEnded();
        System.exit(code);
    }

    /** How long the process has been running: since its launcher said that it starts it, else since the virtual machine began. */
    private static Duration sinceStart() {
        String started = System.getProperty(STARTED, "");
        if (started.matches("[0-9]{13}")) {
            Duration since = Duration.ofMillis(System.currentTimeMillis() - Long.parseLong(started));
            // unless the clock was set meanwhile
            if (!since.isNegative() && since.compareTo(LONGEST_START) < 0) {
                return since;
            }
        }
        return Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    }

    private int run(List<Class<?>> commands, String[] arguments) {
        CommandLine line = new CommandLine(this);
        commands.forEach(line::addSubcommand);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler((exception, ignored) -> {
            complain(exception.getMessage() + " (see generate-video --help)");
            return ExitCode.BAD_REQUEST.value();
        });
        line.setExecutionExceptionHandler((exception, ignored, result) -> {
            if (exception instanceof ExecutorException known) {
                complain(known.getMessage());
                return known.exitCode().value();
            }
            complain("This should not happen, please report it with the lines below: " + exception);
            exception.printStackTrace();
            return ExitCode.FAILED.value();
        });
        try {
            return line.execute(arguments);
        } catch (OutOfMemoryError e) {
            complain("There is not enough memory (" + e.getMessage()
                    + "): free some, choose a smaller size or a shorter duration, or use a larger machine.");
            return ExitCode.MACHINE_UNSUITABLE.value();
        } catch (LinkageError e) {
            complain("A library of the executor is missing or does not fit (" + e
                    + "): install it anew, or report this if it is whole.");
            return ExitCode.FAILED.value();
        }
    }

    /** The command that is asked for; all of them, where that is not clear. To learn what each takes would take a tenth of a second. */
    private static List<Class<?>> commands(String[] arguments) {
        List<Class<?>> asked = COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .toList();
        return asked.isEmpty() ? COMMANDS : asked;
    }

    private static void complain(String sentence) {
        System.err.println("generate-video: " + sentence);
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
