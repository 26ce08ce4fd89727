package io.reanchor.cli;

import io.reanchor.activity.FlightReplay;
import io.reanchor.exchange.Recording;
import io.reanchor.exchange.Replay;
import io.reanchor.exchange.ReplayResult;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code reanchor replay}: rebuilds a book from a recording of an exchange's events, and holds it against the exchange's own word; or a
 * recovery from its flight recording, and holds it against what was done then. Needs no server.
 */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Rebuilds the book of RECORDING from its REST snapshot and depth updates, and compares best bid and ask, price "
                        + "and size, with every bookTicker whose update id ends an applied update. Or, when it is a worker's flight "
                        + "recording of a recovery, gives the same steps the same answers, and compares what they rebuild and "
                        + "decide. Needs no server.")
final class ReplayCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "RECORDING",
            description =
                    "Lines of exchange JSON, each with or without the recorder's nanoseconds before it, gzip or plain; or "
                            + "a flight recording.")
    @SuppressWarnings("NullAway.Init") // required
    private Path file;

    @Option(names = "--symbol", paramLabel = "S", description = "Whose book; needed when the recording has several.")
    private @Nullable String symbol;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How many passes to time; before several, as many again (400 at most) warm up. Default: ${DEFAULT-VALUE}.")
    private int repeat = 1;

    @Option(
            names = "--threshold",
            paramLabel = "CHECK=N",
            description = "Of a flight recording: what would have been decided with this threshold? Can be repeated.")
    private Map<String, Double> thresholds = Map.of();

    @Mixin
    private final OutputOption output = new OutputOption();

    ReplayCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (repeat < 1) {
            throw new ParameterException(spec.commandLine(), "--repeat is %d: expected at least 1".formatted(repeat));
        }
        if (isFlight()) {
            return new FlightReplayed(console, output, file).call(thresholds);
        }
        if (!thresholds.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--threshold: %s is no flight recording".formatted(file));
        }
        ReplayResult result = replay().run(repeat);
        console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : text(result));
        String objection = objection(result);
        if (objection != null) {
            throw new CommandFailure(ExitCodes.MISMATCH, "%s: %s".formatted(file, objection), null);
        }
        return ExitCodes.OK;
    }

    private boolean isFlight() {
        try {
            return FlightReplay.isOne(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCodes.USAGE, unreadable(e), e);
        }
    }

    private Replay replay() {
        try {
            return Replay.of(Recording.load(file), symbol);
        } catch (IOException e) {
            throw new CommandFailure(ExitCodes.USAGE, unreadable(e), e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, "%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private String unreadable(IOException e) {
        if (e instanceof NoSuchFileException) {
            return file + ": no such file";
        }
        if (e instanceof AccessDeniedException) {
            return file + ": may not be read";
        }
        String message = String.valueOf(e.getMessage());
        return message.startsWith(file.toString()) ? message : "%s: %s".formatted(file, message);
    }

    /** Why the recording doesn't bear the book out, or null when it does. */
    private static @Nullable String objection(ReplayResult result) {
        if (result.compared() == 0) {
            return "nothing to compare with: no bookTicker at the end of an applied update";
        }
        if (result.matched() != result.compared()) {
            return "%d of %d tickers contradict the book"
                    .formatted(result.compared() - result.matched(), result.compared());
        }
        if (result.crossed() > 0) {
            return "the book was crossed after %d updates".formatted(result.crossed());
        }
        return result.gaps() > 0 ? "updates are missing, %d times".formatted(result.gaps()) : null;
    }

    private static String text(ReplayResult r) {
        return String.format(
                Locale.ROOT,
                """
                %s %d of %d tickers match, %d gaps, crossed %d times
                  updates  %d, of which %d continued the book; %d trades
                  book     best %s and %s, update id %d, digest %s
                  rate     %,d level changes a second over %d passes of %d, parsing included
                """,
                r.symbol(),
                r.matched(),
                r.compared(),
                r.gaps(),
                r.crossed(),
                r.depthUpdates(),
                r.applied(),
                r.trades(),
                r.bestBid(),
                r.bestAsk(),
                r.lastUpdateId(),
                r.digest(),
                r.levelChangesPerSecond(),
                r.passes(),
                r.levelChanges());
    }
}
