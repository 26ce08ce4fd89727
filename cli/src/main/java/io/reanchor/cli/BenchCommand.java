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
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : BenchTexts.of(result));
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
                                    "Fields of each hash; several are measured in turns. Default: ${DEFAULT-VALUE}.")
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
        try (RedisServer redis = RedisServer.start()) {
            List<CutOverBench.Result> results = CutOverBench.run(redis.uri(), fields, rounds);
            console.out()
                    .print(
                            output.isJson()
                                    ? Json.of(results) + System.lineSeparator()
                                    : BenchTexts.ofCutOvers(results));
        }
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
        console.out()
                .print(output.isJson() ? Json.of(results) + System.lineSeparator() : BenchTexts.ofReaders(results));
        return ExitCodes.OK;
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
        console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : BenchTexts.of(result));
        return ExitCodes.OK;
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
        console.out().print(output.isJson() ? Json.of(results) + System.lineSeparator() : BenchTexts.ofGaps(results));
        return ExitCodes.OK;
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
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : BenchTexts.of(result));
        }
        return ExitCodes.OK;
    }
}
