package io.reanchor.cli;

import io.reanchor.demo.GapBench;
import io.reanchor.demo.RecoveryBench;
import io.reanchor.demo.TemporalInProcess;
import io.reanchor.demo.bench.CutOverBench;
import io.reanchor.demo.bench.MassBench;
import io.reanchor.demo.bench.ReadersBench;
import io.reanchor.demo.bench.StagingBench;
import io.reanchor.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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

    @Command(
            name = "readers",
            mixinStandardHelpOptions = true,
            description =
                    "Readers and a writer at half of what this machine carries, in windows with a cut-over every 200 ms and without, in "
                            + "turns; compares the read times.")
    int readers(
            @Option(
                            names = "--levels",
                            paramLabel = "N",
                            split = ",",
                            defaultValue = "1000,5000",
                            description =
                                    "Levels a side; several are measured one after the other. Default: ${DEFAULT-VALUE}.")
                    List<Integer> levels,
            @Option(
                            names = "--windows",
                            paramLabel = "N",
                            defaultValue = "7",
                            description = "Windows of each kind. Default: ${DEFAULT-VALUE}.")
                    int windows,
            @Option(
                            names = "--window",
                            paramLabel = "DURATION",
                            defaultValue = "5s",
                            description = "How long each is. Default: ${DEFAULT-VALUE}.")
                    Duration window,
            @Mixin OutputOption output)
            throws InterruptedException {
        if (levels.stream().anyMatch(n -> n < 10 || n > 10_000) || windows < 1 || window.toMillis() < 400) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--levels is %s, --windows is %d, --window is %d ms: expected 10 to 10000 levels, at least 1 window of at least 400 ms"
                            .formatted(levels, windows, window.toMillis()));
        }
        List<ReadersBench.Result> results = new ArrayList<>();
        for (int n : levels) {
            try (RedisServer redis = RedisServer.start()) {
                results.add(ReadersBench.run(redis.uri(), n, windows, window));
            }
        }
        console.out().print(output.isJson() ? Json.of(results) + System.lineSeparator() : readers(results));
        return ExitCodes.OK;
    }

    private static String readers(List<ReadersBench.Result> results) {
        StringBuilder text = new StringBuilder();
        for (ReadersBench.Result r : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%d levels a side, %d reads a second, %d windows of each kind, %d cut-overs: %d torn, %d missing, %d stale%n",
                    r.levels(),
                    r.readsPerSecond(),
                    r.windows(),
                    r.cutOvers(),
                    r.torn(),
                    r.missing(),
                    r.stale()));
            text.append(times("with cut-overs", r.with())).append(times("without", r.without()));
            text.append(String.format(Locale.ROOT, "  p99.9 with, to without: %.2f, median of pairs%n", r.ratio()));
        }
        return text.toString();
    }

    private static String times(String what, ReadersBench.Times times) {
        return String.format(
                Locale.ROOT,
                "  %-15s p50 %7.3f   p99 %7.3f   p99.9 %7.3f   max %7.3f ms%n",
                what,
                times.p50(),
                times.p99(),
                times.p999(),
                times.max());
    }

    @Command(
            name = "recovery",
            mixinStandardHelpOptions = true,
            description =
                    "Recovers a symbol whose feed goes on, and runs the same workflow with steps that do nothing, in turns; compares the "
                            + "medians.")
    int recovery(
            @Option(
                            names = "--rounds",
                            paramLabel = "N",
                            defaultValue = "40",
                            description = "Rounds of each. Default: ${DEFAULT-VALUE}.")
                    int rounds,
            @Option(
                            names = "--temporal",
                            paramLabel = "HOST:PORT",
                            description =
                                    "A Temporal server that no other worker serves. Default: one in this process.")
                    @Nullable
                    String temporal,
            @Mixin OutputOption output)
            throws IOException, InterruptedException {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds is %d: expected at least 1".formatted(rounds));
        }
        RecoveryBench.Result result = RecoveryBench.run(rounds, temporal, console.err()::println);
        console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : text(result));
        return ExitCodes.OK;
    }

    private static String text(RecoveryBench.Result r) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, """
                a recovery takes %.2f x the same workflow with empty steps, medians of %d
                  recovery  %7.1f ms from the report to the end of its workflow
                  empty     %7.1f ms, in turns with it
                  behind    %7.1f ms, the book at the swap; %.1f at most
                """, r.ratio(), r.rounds(), r.recovery(), r.empty(), r.behind(), r.behindMax()));
        r.stages().forEach((stage, ms) -> text.append(String.format(Locale.ROOT, "  %-18s %6.0f ms%n", stage, ms)));
        return text.toString();
    }

    @Command(
            name = "gap",
            mixinStandardHelpOptions = true,
            description =
                    "Drops events for 1.5 s, and cuts connections for 1.5 s, of a simulated exchange whose REST is late; times what a reader "
                            + "that polls every millisecond sees of it.")
    int gap(
            @Option(
                            names = "--gaps",
                            paramLabel = "N",
                            defaultValue = "10",
                            description = "Gaps of each kind. Default: ${DEFAULT-VALUE}.")
                    int gaps,
            @Option(
                            names = "--rest-latency",
                            paramLabel = "MS",
                            defaultValue = "250",
                            description = "How late each REST answer is. Default: ${DEFAULT-VALUE}.")
                    int latency,
            @Option(
                            names = "--temporal",
                            paramLabel = "HOST:PORT",
                            description =
                                    "A Temporal server that no other worker serves. Default: one in this process.")
                    @Nullable
                    String temporal,
            @Mixin OutputOption output)
            throws IOException, InterruptedException {
        if (gaps < 1 || latency < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--gaps is %d, --rest-latency is %d: expected at least 1, and no negative latency"
                            .formatted(gaps, latency));
        }
        List<GapBench.Result> results =
                GapBench.run(gaps, Duration.ofMillis(latency), temporal, console.err()::println);
        console.out().print(output.isJson() ? Json.of(results) + System.lineSeparator() : gaps(results));
        return ExitCodes.OK;
    }

    private static String gaps(List<GapBench.Result> results) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-30s %5s %8s %16s %19s %22s %6s%n",
                "seconds",
                "gaps",
                "outage",
                "stale, silent",
                "suspected, med/max",
                "back to true, med/max",
                "wrong"));
        for (GapBench.Result r : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-30s %5d %8.3f %16.3f %11.3f / %5.3f %14.3f / %5.3f %6d%n",
                    r.kind(),
                    r.gaps(),
                    r.outage(),
                    r.silent(),
                    r.suspectedMedian(),
                    r.suspectedMax(),
                    r.trueMedian(),
                    r.trueMax(),
                    r.wrong()));
        }
        return text.toString();
    }

    @Command(
            name = "mass",
            mixinStandardHelpOptions = true,
            description =
                    "Lets many symbols lose their feed at once, against a simulated exchange whose minute is compressed; compares with "
                            + "how long the budget alone takes.")
    int mass(
            @Option(
                            names = "--symbols",
                            paramLabel = "N",
                            defaultValue = "200",
                            description = "How many. Default: ${DEFAULT-VALUE}.")
                    int symbols,
            @Option(
                            names = "--weight",
                            paramLabel = "N",
                            defaultValue = "6000",
                            description = "The exchange's weight a minute. Default: ${DEFAULT-VALUE}.")
                    int weight,
            @Option(
                            names = "--minute",
                            paramLabel = "DURATION",
                            defaultValue = "6s",
                            description = "How long its minute is, in whole seconds. Default: ${DEFAULT-VALUE}.")
                    Duration minute,
            @Option(
                            names = "--temporal",
                            paramLabel = "HOST:PORT",
                            description = "A Temporal server without workers. Default: the in-process one.")
                    @Nullable
                    String temporal,
            @Mixin OutputOption output)
            throws Exception {
        if (symbols < 1 || symbols > 2000 || weight < 250 || minute.toSeconds() < 1 || minute.toSeconds() > 60) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--symbols is %d, --weight is %d, --minute is %s: expected 1 to 2000, 250 or more, 1s to 60s"
                            .formatted(symbols, weight, minute));
        }
        try (RedisServer redis = RedisServer.start();
                TemporalInProcess own = temporal == null ? TemporalInProcess.start() : null) {
            String address = own == null ? Objects.requireNonNull(temporal) : own.address();
            MassBench.Result result = MassBench.run(redis.uri(), address, symbols, weight, minute, 0);
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : text(result));
        }
        return ExitCodes.OK;
    }

    private static String text(MassBench.Result r) {
        return String.format(
                Locale.ROOT,
                """
                %d symbols at once: %d committed, %d rolled back, %d others; %d requests over the budget
                  weight    %d of %d a minute of %d s
                  took      %.2f s to the last cut-over
                  budget    %.2f s at its pace: %.2f x; nobody could end before %.2f s
                """,
                r.symbols(),
                r.committed(),
                r.rolledBack(),
                r.others(),
                r.refused(),
                r.weight(),
                r.limit(),
                r.period().toSeconds(),
                r.took().toMillis() / 1e3,
                r.atPace().toMillis() / 1e3,
                r.ratio(),
                r.earliest().toMillis() / 1e3);
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
