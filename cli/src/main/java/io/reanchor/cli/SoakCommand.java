package io.reanchor.cli;

import io.reanchor.demo.soak.Soak;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reanchor soak}: whether all of it holds when something goes wrong every few seconds. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description =
                "Runs two processes of 'reanchor live' against a simulated exchange and a Redis of its own, lets something go wrong every few "
                        + "seconds (gaps, disconnects, failures of exchange, Redis, connections and workers, drawn from a seed), and judges what "
                        + "readers see all the while. Exit 0: all held.")
final class SoakCommand implements Callable<Integer> {
    private static final BigDecimal MS_A_MINUTE = BigDecimal.valueOf(60_000);

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "20",
            description = "How long, up to 120. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // has a default
    private BigDecimal minutes;

    @Option(
            names = "--seed",
            paramLabel = "K",
            defaultValue = "1",
            description = "Of the markets, and of what goes wrong. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--temporal",
            paramLabel = "HOST:PORT",
            description =
                    "A Temporal server that no other worker serves. Default: one of its own by the temporal command; without that, Temporal's test server, and no worker is killed.")
    private @Nullable String temporal;

    @Mixin
    private final OutputOption output = new OutputOption();

    SoakCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (minutes.signum() <= 0 || minutes.compareTo(BigDecimal.valueOf(120)) > 0) {
            throw new ParameterException(
                    spec.commandLine(), "--minutes is %s: expected more than 0, up to 120".formatted(minutes));
        }
        Duration lasts = Duration.ofMillis(minutes.multiply(MS_A_MINUTE).longValue());
        Soak.Result result = Soak.run(new Soak.Options(lasts, seed, program(), temporal), console.err()::println);
        console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : text(result));
        return result.violations().isEmpty() ? ExitCodes.OK : ExitCodes.UNEXPECTED;
    }

    /** The command line of this very program, with the options that this JVM was started with. */
    private static List<String> program() {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(line::add);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return line;
    }

    private static String text(Soak.Result r) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                """
                %s, seed %d
                  went wrong    %d times: %s
                  cut-overs     %d; whole again at the latest %.1f s after all was well
                  reads         %d: %d torn, %d missing or empty, %d going back
                  looks         %d at %d levels and bars: %d wrong
                """,
                r.violations().isEmpty() ? "all held" : "NOT ALL HELD",
                r.seed(),
                r.troubles().values().stream().mapToInt(Integer::intValue).sum(),
                r.troubles(),
                r.cutOvers(),
                r.slowestHeal(),
                r.reads(),
                r.torn(),
                r.missing(),
                r.backwards(),
                r.looks(),
                r.looked(),
                r.wrong()));
        if (r.memory().isEmpty()) {
            text.append("  memory        the run was too short to tell whether it is flat%n".formatted());
        }
        r.memory()
                .forEach(course -> text.append(String.format(
                        Locale.ROOT,
                        "  memory        %s: %.1f MB in the second quarter, %.1f MB in the last%n",
                        course.what(),
                        course.early() / 1e6,
                        course.late() / 1e6)));
        r.violations().forEach(violation -> text.append("  violated      %s%n".formatted(violation)));
        return text.toString();
    }
}
