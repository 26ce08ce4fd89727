package io.reanchor.cli;

import io.reanchor.demo.bench.CutOverBench;
import io.reanchor.demo.bench.StagingBench;
import io.reanchor.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;
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

    @Command(
            name = "cutover",
            mixinStandardHelpOptions = true,
            description =
                    "Cuts over in a redis-server of its own, and runs the least MULTI of the same renames, in turns; compares the "
                            + "server's own times.")
    int cutover(
            @Option(
                            names = "--fields",
                            paramLabel = "N",
                            split = ",",
                            defaultValue = "100,1000,10000,100000",
                            description =
                                    "Fields of each hash; several are measured one after the other. Default: ${DEFAULT-VALUE}.")
                    List<Integer> fields,
            @Option(
                            names = "--rounds",
                            paramLabel = "N",
                            defaultValue = "40",
                            description = "Rounds of each. Default: ${DEFAULT-VALUE}.")
                    int rounds,
            @Mixin OutputOption output) {
        if (fields.stream().anyMatch(n -> n < 50 || n > 1_000_000) || rounds < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--fields is %s, --rounds is %d: expected 50 to 1000000 fields, and at least 1 round"
                            .formatted(fields, rounds));
        }
        List<CutOverBench.Result> results = new ArrayList<>();
        for (int n : fields) {
            try (RedisServer redis = RedisServer.start()) {
                results.add(CutOverBench.run(redis.uri(), n, rounds));
            }
        }
        console.out().print(output.isJson() ? Json.of(results) + System.lineSeparator() : text(results));
        return ExitCodes.OK;
    }

    private static String text(List<CutOverBench.Result> results) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "µs of the server, medians of %d rounds, in turns with the least MULTI%n%10s %8s %12s %7s %8s %8s %10s%n",
                results.get(0).rounds(),
                "fields",
                "EXEC",
                "least MULTI",
                "ratio",
                "checks",
                "total",
                "slowest"));
        for (CutOverBench.Result r : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%,10d %8d %12d %7.2f %8d %8d %10d%n",
                    r.fields(),
                    r.exec(),
                    r.leastExec(),
                    r.ratio(),
                    r.checks(),
                    r.total(),
                    r.slowest()));
        }
        long least =
                results.stream().mapToLong(CutOverBench.Result::total).min().orElseThrow();
        long most = results.stream().mapToLong(CutOverBench.Result::total).max().orElseThrow();
        return text.append(String.format(Locale.ROOT, "total, largest to smallest: %.2f%n", (double) most / least))
                .toString();
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
