package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.ReanchorException;
import io.reanchor.client.RecoverySummary;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.SwapReceipt;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reanchor history}: what became of a symbol's recoveries. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = "Tells how each of SYMBOL's recoveries and reverts ended that Temporal keeps, newest first.")
final class HistoryCommand implements Callable<Integer> {
    private static final Duration READ = Duration.ofSeconds(5);

    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Mixin
    private final LimitOption limit = new LimitOption();

    HistoryCommand(Console console) {
        this.console = console;
    }

    /**
     * @param outcome how it ended; null while it runs, and when it ended without a word of its own
     * @param state Temporal's word
     * @param reason why it was rolled back
     * @param generation what it put live
     * @param behindMs how far behind the feed the book was then
     */
    record Line(
            String runId,
            Instant startedAt,
            @Nullable Instant endedAt,
            String state,
            @Nullable Outcome outcome,
            @Nullable String reason,
            @Nullable String generation,
            @Nullable Long behindMs) {}

    /** One JSON object, so that it can grow. */
    record Lines(String symbol, List<Line> recoveries) {}

    @Override
    public Integer call() {
        try (ReanchorClient client = connection.connect()) {
            List<Line> lines = client.list(symbol.get(), limit.get()).stream()
                    .map(summary -> line(client, summary))
                    .toList();
            if (output.isLines()) {
                lines.forEach(line -> console.out().println(Json.of(line)));
            } else if (output.isJson()) {
                console.out().println(Json.of(new Lines(symbol.get(), lines)));
            } else {
                table(lines);
            }
            return lines.isEmpty() ? ExitCodes.NOT_FOUND : ExitCodes.OK;
        }
    }

    private Line line(ReanchorClient client, RecoverySummary summary) {
        ReanchorResult result = summary.endedAt() == null ? null : result(client, summary);
        SwapReceipt receipt = result == null ? null : result.receipt();
        Followed followed = receipt == null ? null : receipt.followed();
        return new Line(
                summary.runId(),
                summary.startedAt(),
                summary.endedAt(),
                summary.state(),
                result == null ? null : result.outcome(),
                result == null || result.failure() == null
                        ? null
                        : result.failure().type(),
                receipt == null ? null : receipt.generation(),
                followed == null ? null : followed.behindMs());
    }

    private @Nullable ReanchorResult result(ReanchorClient client, RecoverySummary summary) {
        try {
            return client.recovery(summary.symbol(), summary.runId()).await(READ);
        } catch (ReanchorException e) {
            if (e.type().equals(ReanchorException.CLOSED)) {
                return null; // Temporal's own word says how
            }
            throw e;
        }
    }

    private void table(List<Line> lines) {
        String row = "%-20s  %-9s  %-11s  %-9s  %s%n";
        console.out().printf(row, "STARTED", "TOOK", "OUTCOME", "BEHIND", "GENERATION OR REASON");
        for (Line line : lines) {
            console.out()
                    .printf(
                            row,
                            line.startedAt().truncatedTo(ChronoUnit.SECONDS),
                            line.endedAt() == null ? "-" : Words.of(Duration.between(line.startedAt(), line.endedAt())),
                            line.outcome() == null
                                    ? line.state().toLowerCase(Locale.ROOT)
                                    : line.outcome()
                                            .name()
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', ' '),
                            line.behindMs() == null ? "-" : line.behindMs() + " ms",
                            line.generation() != null
                                    ? line.generation()
                                    : line.reason() == null ? "-" : line.reason());
        }
    }
}
