package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorException;
import io.reanchor.exchange.BinanceSpotRest;
import io.reanchor.exchange.MarketDataException;
import io.reanchor.redis.RedisHealth;
import io.reanchor.redis.RedisSettings;
import io.reanchor.workflow.ReanchorRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reanchor doctor}: what stands in the way of a recovery, and what an earlier one lost. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Looks at Redis, at Temporal, at the exchange when it is named, and for each SYMBOL whether its last committed cut-over is still there."
                        + " Changes nothing. Exits with 9 when something isn't well.")
final class DoctorCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** By so much the freshness of a snapshot may be misjudged. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

    private final Console console;

    @Parameters(paramLabel = "SYMBOL", arity = "0..*", description = "Symbols to look at, as in BTCUSDT.")
    private List<String> symbols = new ArrayList<>();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final RedisOption redis = new RedisOption();

    @Option(
            names = "--rest",
            paramLabel = "URL",
            description = "Look at the exchange too: whether it answers, and how far its clock is from this machine's.")
    private @Nullable URI rest;

    @Mixin
    private final OutputOption output = new OutputOption();

    DoctorCommand(Console console) {
        this.console = console;
    }

    /** @param ok whether it is well; @param text what was found, or the remedy */
    record Finding(String subject, boolean ok, String text) {}

    /** One JSON object, so that it can grow. */
    record Findings(List<Finding> findings) {}

    @Override
    public Integer call() {
        symbols.forEach(DoctorCommand::requireSymbol);
        List<Finding> findings = new ArrayList<>();
        try (ReanchorClient client = connection.connect()) {
            Optional<RedisSettings> settings = redis.settings();
            findings.add(redis(settings));
            findings.add(temporal(client));
            if (rest != null) {
                findings.addAll(exchange(rest));
            }
            for (String symbol : symbols) {
                LastCutOver last = LastCutOver.of(symbol, client, settings);
                boolean well =
                        last.verdict() == LastCutOver.Verdict.THERE || last.verdict() == LastCutOver.Verdict.NONE;
                findings.add(new Finding(symbol, well, last.text()));
            }
        }
        if (output.isLines()) {
            findings.forEach(finding -> console.out().println(Json.of(finding)));
        } else if (output.isJson()) {
            console.out().println(Json.of(new Findings(findings)));
        } else {
            findings.forEach(f -> console.out()
                    .printf("%-4s  %-10s  %s%n", f.ok() ? "ok" : "FAIL", f.subject(), Words.oneLine(f.text())));
        }
        return findings.stream().allMatch(Finding::ok) ? ExitCodes.OK : ExitCodes.NOT_WELL;
    }

    private static void requireSymbol(String symbol) {
        try {
            ReanchorRequest.requireSymbol(symbol);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Finding redis(Optional<RedisSettings> settings) {
        if (settings.isEmpty()) {
            return new Finding("redis", false, "nobody said where it is: give --redis URI, or REDIS_URI");
        }
        RedisHealth.Finding found = new RedisHealth(settings.get()).look();
        return new Finding("redis", found.up(), found.detail());
    }

    private List<Finding> exchange(URI rest) {
        try {
            Instant sent = console.clock().instant();
            Instant theirs = new BinanceSpotRest("exchange", rest, LIMIT).serverTime();
            Instant received = console.clock().instant();
            Duration roundTrip = Duration.between(sent, received);
            Duration apart = Duration.between(sent.plus(roundTrip.dividedBy(2)), theirs);
            boolean well = apart.abs().minus(roundTrip.dividedBy(2)).compareTo(CLOCK_TOLERANCE) <= 0;
            return List.of(
                    new Finding("exchange", true, "answers at %s within %s".formatted(rest, Words.of(roundTrip))),
                    new Finding(
                            "clock",
                            well,
                            "the exchange's is %d ms %s this machine's%s"
                                    .formatted(
                                            apart.abs().toMillis(),
                                            apart.isNegative() ? "behind" : "ahead of",
                                            well
                                                    ? ""
                                                    : ": is NTP running here? ages and look-backs are off by as much")));
        } catch (MarketDataException e) {
            return List.of(new Finding("exchange", false, String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, "--rest is %s: %s".formatted(rest, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCodes.UNEXPECTED, "interrupted", e);
        }
    }

    private static Finding temporal(ReanchorClient client) {
        try {
            client.list(1);
            return new Finding("temporal", true, "answers, and lists recoveries");
        } catch (ReanchorException e) {
            return new Finding("temporal", false, String.valueOf(e.getMessage()));
        }
    }
}
