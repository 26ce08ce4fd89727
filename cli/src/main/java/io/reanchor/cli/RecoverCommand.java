package io.reanchor.cli;

import io.reanchor.client.ManyRecovery;
import io.reanchor.client.ReanchorClient;
import io.reanchor.client.Recovery;
import io.reanchor.workflow.CutOverMode;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.ManyRequest;
import io.reanchor.workflow.ManyResult;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
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
                        + "Waits for its end and tells how it ended. Several symbols are recovered in one call.")
final class RecoverCommand implements Callable<Integer> {
    private static final Duration FOR_ONE = Duration.ofSeconds(90);
    private static final Duration FOR_MANY = Duration.ofMinutes(30);

    private final Console console;

    @Mixin
    private final SymbolsParameter symbols = new SymbolsParameter();

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
            names = "--priority",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "When recoveries wait for the exchange's weight, the higher goes first: -100 to 100. Default: ${DEFAULT-VALUE}.")
    private int priority;

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "Of several symbols: names the call; given again while it goes on, joins it.")
    private @Nullable String id;

    @Option(
            names = "--dry-run",
            description =
                    "Everything but the cut-over: what is staged stays for inspection until its TTL ends, and 'reanchor diff' shows it.")
    private boolean dryRun;

    @Option(
            names = "--postpone",
            description =
                    "Stage and prove, then keep up with the feed until 'reanchor approve'. Returns when it waits for that.")
    private boolean postpone;

    @Option(
            names = "--approve-within",
            paramLabel = "DURATION",
            description = "With --postpone: after how long without an approval all is rolled back. Default: 30m.")
    private @Nullable Duration approveWithin;

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
            description = "How long to wait; the recovery goes on without you. Default: 90s, of several symbols 30m.")
    private @Nullable Duration timeout;

    RecoverCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        symbols.requireAny();
        if (dryRun && postpone) {
            symbols.refuse("--dry-run never cuts over, so there is nothing to --postpone: give one of them");
        }
        if (approveWithin != null && !postpone) {
            symbols.refuse("--approve-within says how long a postponed cut-over waits: give it with --postpone");
        }
        if ((dryRun || postpone) && !symbols.isOne()) {
            symbols.refuse("--dry-run and --postpone are for one symbol: expected one SYMBOL with them");
        }
        return symbols.isOne()
                ? one(request(symbols.get().get(0)), Objects.requireNonNullElse(timeout, FOR_ONE))
                : many(Objects.requireNonNullElse(timeout, FOR_MANY));
    }

    private int one(ReanchorRequest request, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        try (ReanchorClient client = connection.connect();
                Progress progress = Progress.of(client, request.symbol(), console)) {
            Recovery recovery = client.recover(request, deadline.left());
            if (!wait) {
                progress.close();
                return taken(recovery);
            }
            if (postpone) {
                ReanchorStatus status = Waits.untilApprovable(recovery, deadline, timeout);
                progress.close();
                console.out()
                        .print(
                                output.isJson()
                                        ? Json.of(status) + System.lineSeparator()
                                        : Report.of(status, console.clock().instant()));
                ReanchorResult ended = status.result();
                return ended == null ? ExitCodes.OK : exitCode(ended.outcome());
            }
            ReanchorResult result = Waits.untilEnd(recovery, deadline, timeout);
            progress.close();
            console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : Report.of(result));
            return exitCode(result.outcome());
        }
    }

    private int many(Duration timeout) {
        if (!updates.equals(IdRange.OPEN) || !trades.equals(IdRange.OPEN)) {
            symbols.refuse("--updates and --trades are one symbol's ids: expected one SYMBOL with them");
        }
        String user = System.getProperty("user.name", "");
        ManyRequest request = new ManyRequest(
                Objects.requireNonNullElseGet(id, () -> UUID.randomUUID().toString()),
                symbols.get().stream().map(this::request).toList(),
                symbols.isAll(),
                since,
                priority,
                reason,
                user);
        try {
            ManyRequest.requireValid(request);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, e.getMessage(), e);
        }
        try (ReanchorClient client = connection.connect()) {
            ManyRecovery recovery = client.recoverAll(request);
            if (!wait) {
                return taken(recovery);
            }
            ManyResult result;
            try (Progress progress = Progress.of(
                    () -> ManyReport.line(recovery.progress(), console.clock().instant()), console)) {
                result = Waits.untilEnd(recovery, request.requestId(), timeout);
            }
            if (output.isLines()) {
                result.lines().forEach(line -> console.out().println(Json.of(line)));
            } else {
                console.out().print(output.isJson() ? Json.of(result) + System.lineSeparator() : ManyReport.of(result));
            }
            return ManyReport.exitCode(result);
        }
    }

    private int taken(ManyRecovery recovery) {
        TakenMany taken = new TakenMany(recovery.workflowId(), recovery.runId());
        console.out()
                .println(
                        output.isJson()
                                ? Json.of(taken)
                                : "started as %s, run %s".formatted(taken.workflowId, taken.runId));
        return ExitCodes.OK;
    }

    private ReanchorRequest request(String symbol) {
        try {
            FeedGap gap = new FeedGap(updates.first(), updates.last(), trades.first(), trades.last(), since);
            return ReanchorRequest.requireValid(
                    new ReanchorRequest(symbol, gap, reason, System.getProperty("user.name", ""), null, priority)
                            .with(mode(), approveWithinSeconds()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCodes.USAGE, e.getMessage(), e);
        }
    }

    private CutOverMode mode() {
        return dryRun ? CutOverMode.NEVER : postpone ? CutOverMode.WHEN_APPROVED : CutOverMode.NOW;
    }

    private int approveWithinSeconds() {
        Duration within = approveWithin;
        if (within == null) {
            return ReanchorRequest.APPROVE_WITHIN;
        }
        if (within.toSeconds() < 1) {
            throw new IllegalArgumentException("--approve-within must be at least 1s, not " + within.toMillis() + "ms");
        }
        return Math.toIntExact(Math.min(within.toSeconds(), Integer.MAX_VALUE));
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
            case COMMITTED, REHEARSED -> ExitCodes.OK;
            case ROLLED_BACK -> ExitCodes.ROLLED_BACK;
            case SUPERSEDED -> ExitCodes.UNKNOWN;
        };
    }

    /** What is known of many before the end. */
    record TakenMany(String workflowId, String runId) {}

    /** What is known before the end. */
    record Taken(String symbol, String workflowId, String runId, boolean joined) {}
}
