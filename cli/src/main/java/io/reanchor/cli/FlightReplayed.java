package io.reanchor.cli;

import io.reanchor.activity.FlightReplay;
import io.reanchor.activity.ReplayedFlight;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The replay of a flight recording, in a Redis that is there for nothing else. */
final class FlightReplayed {
    private final Console console;
    private final OutputOption output;
    private final Path file;

    FlightReplayed(Console console, OutputOption output, Path file) {
        this.console = console;
        this.output = output;
        this.file = file;
    }

    int call(Map<String, Double> thresholds) {
        ReplayedFlight flight = replayed(thresholds);
        console.out().print(output.isJson() ? Json.of(flight) + System.lineSeparator() : text(flight));
        if (flight.points().isEmpty()) {
            throw new CommandFailure(
                    ExitCodes.MISMATCH, "%s: nothing was staged, so there is nothing to compare".formatted(file), null);
        }
        if (!flight.same()) {
            throw new CommandFailure(
                    ExitCodes.MISMATCH, "%s: today's code doesn't do the same as was done then".formatted(file), null);
        }
        return ExitCodes.OK;
    }

    private ReplayedFlight replayed(Map<String, Double> thresholds) {
        try (RedisServer redis = RedisServer.start()) {
            return FlightReplay.read(file).run(redis.uri(), thresholds);
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, "%s: %s".formatted(file, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCodes.UNEXPECTED, "interrupted", e);
        }
    }

    private static String text(ReplayedFlight flight) {
        StringBuilder text = new StringBuilder("%s then %s, %s%n"
                .formatted(
                        flight.symbol(),
                        flight.outcome() == null
                                ? "not over"
                                : Words.of(Stage.valueOf(flight.outcome().name())),
                        flight.same() ? "and today's code does the same" : "today's code does something else"));
        for (ReplayedFlight.Point point : flight.points()) {
            text.append("  %-19s %s%n"
                    .formatted(point.what(), point.differences().isEmpty() ? "the same" : "differs" + at(point)));
            point.differences().forEach(difference -> text.append("    %s%n".formatted(difference)));
        }
        flight.failures().forEach(failure -> text.append("  failed              %s%n".formatted(failure)));
        if (flight.truncated()) {
            text.append("  it ends early: it grew too large%n".formatted());
        }
        return text.toString();
    }

    private static String at(ReplayedFlight.Point point) {
        return (point.lastUpdateId() == null ? "" : ", update id " + point.lastUpdateId())
                + (point.lastTradeId() == null ? "" : ", trade id " + point.lastTradeId());
    }
}
