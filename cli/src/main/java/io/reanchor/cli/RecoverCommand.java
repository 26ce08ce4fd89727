package io.reanchor.cli;

import io.reanchor.client.ReanchorClient;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code reanchor recover}: reports a gap, and by default waits for the end of the recovery that takes care of it. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description =
                "Reports a gap in SYMBOL's feed: starts a recovery, or joins the one that runs when it covers the gap. "
                        + "Waits for its end and tells how it ended.")
final class RecoverCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private final SymbolParameter symbol = new SymbolParameter();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Option(
            names = "--updates",
            paramLabel = "FROM..TO",
            description =
                    "Update ids: the first that may be missing, and the final id of the event that showed the gap, "
                            + "which the book must reach. Either may be left out.")
    private IdRange updates = IdRange.OPEN;

    @Option(
            names = "--trades",
            paramLabel = "FROM..TO",
            description = "Raw trade ids: the first that may be missing, and the last that the bars must reach.")
    private IdRange trades = IdRange.OPEN;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "From when on trades may be missing, by the exchange's clock: 2024-08-08T12:00:00Z, or how long ago: 5m. "
                            + "Default: the worker's look-back.")
    private @Nullable Instant since;

    @Option(names = "--reason", paramLabel = "TEXT", defaultValue = "", description = "Why; shown to operators.")
    private String reason = "";

    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Wait for the end (default), or only until a worker has taken the report.")
    private boolean wait = true;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "90s",
            description = "How long to wait; the recovery goes on without you. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(90);

    RecoverCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Deadline deadline = Deadline.in(timeout);
        ReanchorRequest request = request();
        try (ReanchorClient client = connection.connect();
                Progress progress = Progress.of(client, symbol.get(), console)) {
            Recovery recovery = client.recover(request, deadline.left());
            if (!wait) {
                progress.close();
                return taken(recovery);
            }
            ReanchorResult result = Waits.untilEnd(recovery, deadline, timeout);
            progress.close();
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : Report.of(result));
            return exitCode(result.outcome());
        }
    }

    private ReanchorRequest request() {
        try {
            FeedGap gap = new FeedGap(updates.first(), updates.last(), trades.first(), trades.last(), since);
            return new ReanchorRequest(symbol.get(), gap, reason, System.getProperty("user.name", ""), null);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, e.getMessage(), e);
        }
    }

    private int taken(Recovery recovery) {
        Taken taken = new Taken(recovery.symbol(), recovery.workflowId(), recovery.runId(), recovery.joined());
        console.out()
                .println(
                        output.isJson()
                                ? Json.of(taken)
                                : "%s %s run %s; 'reanchor status %s' shows how it goes"
                                        .formatted(
                                                taken.symbol,
                                                taken.joined ? "joined" : "started",
                                                taken.runId,
                                                taken.symbol));
        return ExitCodes.OK;
    }

    static int exitCode(Outcome outcome) {
        return switch (outcome) {
            case COMMITTED -> ExitCodes.OK;
            case ROLLED_BACK -> ExitCodes.ROLLED_BACK;
            case SUPERSEDED -> ExitCodes.UNKNOWN;
        };
    }

    /** What is known before the end. */
    record Taken(String symbol, String workflowId, String runId, boolean joined) {}
}
