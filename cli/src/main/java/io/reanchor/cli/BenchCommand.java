package io.reanchor.cli;

import io.reanchor.demo.bench.StagingBench;
import io.reanchor.testkit.RedisServer;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code reanchor bench}: what things cost on this machine. Reports, and never judges: the exit code says only that it ran. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measures what things cost on this machine.")
final class BenchCommand implements Runnable {
    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which bench is missing");
    }

    @Command(
            name = "staging",
            mixinStandardHelpOptions = true,
            description =
                    "Stages a book in a redis-server of its own, and writes the same fields by bare pipelined HSETs, in turns; "
                            + "compares the medians.")
    int staging(
            @Option(
                            names = "--levels",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "Levels a side. Default: ${DEFAULT-VALUE}.")
                    int levels,
            @Option(
                            names = "--rounds",
                            paramLabel = "N",
                            defaultValue = "300",
                            description = "Rounds of each. Default: ${DEFAULT-VALUE}.")
                    int rounds,
            @Mixin OutputOption output) {
        if (levels < 1 || rounds < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--levels is %d, --rounds is %d: expected at least 1 of each".formatted(levels, rounds));
        }
        try (RedisServer redis = RedisServer.start()) {
            StagingBench.Result result = StagingBench.run(redis.uri(), levels, rounds);
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : text(result));
        }
        return ExitCodes.OK;
    }

    private static String text(StagingBench.Result r) {
        return String.format(
                Locale.ROOT, """
                staging a book of %d levels a side takes %.2f x the bare HSETs of the same fields
                  staged   %.0f µs, median of %d
                  bare     %.0f µs, median of %d, in turns with it
                """, r.levels(), r.ratio(), r.stagedMicros(), r.rounds(), r.bareMicros(), r.rounds());
    }
}
