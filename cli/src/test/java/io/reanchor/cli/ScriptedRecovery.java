package io.reanchor.cli;

import io.reanchor.workflow.ApprovalReceipt;
import io.reanchor.workflow.Comparison;
import io.reanchor.workflow.DataQuality;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.IdSpan;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorStatus;
import io.reanchor.workflow.ReanchorStatus.StageEntry;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.Replication;
import io.reanchor.workflow.ReportReceipt;
import io.reanchor.workflow.Stage;
import io.reanchor.workflow.StagedBars;
import io.reanchor.workflow.StagedBook;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.SwapReceipt;
import io.reanchor.workflow.ValidationReport;
import io.reanchor.workflow.ValidationReport.Check;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps the contract of a recovery, with an end that the symbol names; what the command shows of it is then known exactly. */
public final class ScriptedRecovery implements ReanchorWorkflow {
    static final Instant START = Instant.parse("2024-08-08T12:00:00Z");

    static final Comparison COMPARISON = new Comparison(
            START,
            "7-cafe",
            new Comparison.Side(50093239200L, 3735683700L, "61837.60 x 1", "61837.70 x 2"),
            new Comparison.Side(50093239224L, 3735683805L, "61837.63 x 1.2", "61837.64 x 0.5"),
            new Comparison.Differences(
                    2_012,
                    11,
                    List.of(
                            new Comparison.Difference("a:61837.64", "", "0.5"),
                            new Comparison.Difference("a:61837.70", "2", ""))),
            new Comparison.Differences(300, 0, List.of()),
            new Comparison.Differences(60, 0, List.of()),
            new Comparison.Differences(18, 1, List.of(new Comparison.Difference("rsi", "50.1", "51.3"))));

    private ReanchorStatus status = status("NONE", FeedGap.UNKNOWN, Stage.STARTED, null);
    private boolean aborted;
    private boolean reported;
    private int approvals;

    @Override
    public ReanchorResult recover(ReanchorRequest request) {
        String symbol = request.symbol();
        status = status(symbol, request.gap(), Stage.STAGING, null);
        switch (symbol) {
            case "WAITS", "SWAPPING", "TOOEARLY" -> Workflow.await(() -> aborted);
            case "APPROVED" -> {
                status = status(symbol, request.gap(), Stage.AWAITING_APPROVAL, null);
                Workflow.await(() -> approvals > 0);
            }
            case "ANEW" -> { // what is approved first doesn't go live
                status = status(symbol, request.gap(), Stage.AWAITING_APPROVAL, null);
                Workflow.await(() -> approvals > 1);
            }
            default -> {}
        }
        ReanchorResult result = switch (symbol) {
            case "COMMITS", "APPROVED", "ANEW" -> committed(symbol);
            case "SUPERSEDED" -> superseded(symbol);
            default -> rolledBack(symbol);
        };
        status = status(
                symbol,
                request.gap(),
                result.timeline().get(result.timeline().size() - 1).stage(),
                result);
        Workflow.await(() -> reported && Workflow.isEveryHandlerFinished());
        if (result.outcome() == Outcome.ROLLED_BACK) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "rolled back",
                    symbol.equals("BADSTEP") ? FailureTypes.BAD_REQUEST : FailureTypes.CHECK_FAILED,
                    result);
        }
        return result;
    }

    @Override
    public ReportReceipt report(ReanchorRequest request) {
        boolean joined = reported;
        reported = true;
        if (request.symbol().equals("REFUSES")) {
            throw ApplicationFailure.newNonRetryableFailure("REFUSES takes no report", FailureTypes.BAD_REQUEST);
        }
        return new ReportReceipt(Workflow.getInfo().getRunId(), joined, status.stage());
    }

    @Override
    public void validateReport(ReanchorRequest request) {}

    @Override
    public void abort(String reason) {
        aborted = true;
    }

    @Override
    public void validateAbort(String reason) {
        if (Workflow.getInfo().getWorkflowId().endsWith("SWAPPING")) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "SWAPPING can't be aborted while swapping", FailureTypes.TOO_LATE);
        }
    }

    @Override
    public ApprovalReceipt approve(String by) {
        approvals++;
        return new ApprovalReceipt("run", approvals == 1 ? by : "ann", START, approvals == 1);
    }

    @Override
    public void validateApproval(String by) {
        if (Workflow.getInfo().getWorkflowId().endsWith("TOOEARLY")) {
            throw ApplicationFailure.newNonRetryableFailure("TOOEARLY: too early to approve", FailureTypes.TOO_EARLY);
        }
    }

    @Override
    public Comparison compare() {
        return COMPARISON;
    }

    @Override
    public void validateComparison() {}

    @Override
    public ReanchorStatus status() {
        return status;
    }

    static ReanchorResult committed(String symbol) {
        return new ReanchorResult(
                symbol,
                Outcome.COMMITTED,
                new SwapReceipt(
                        "8-f00d",
                        "7-cafe",
                        50093239224L,
                        3735683805L,
                        START.plusMillis(900),
                        2,
                        false,
                        new Replication(2, 1, null),
                        new DataQuality(
                                List.of(new IdSpan(50093239219L, 50093239221L)),
                                List.of(),
                                List.of(START),
                                "61000",
                                "62000",
                                List.of("ofi", "vpin"),
                                new IdSpan(50093239222L, 50093239224L)),
                        null,
                        new Followed(50093239230L, 3735683806L, 4L, List.of())),
                null,
                new ValidationReport(List.of(
                                new Check("UNCROSSED", true, true, "best bid below best ask", "61837.63 < 61837.64"),
                                new Check("FRESH", false, false, "at most 2000 ms old", "2150 ms")))
                        .with(
                                new Comparison.Side(50093239218L, 3735683801L, "61837.5 x 2", "61837.6 x 1"),
                                new Comparison.Side(50093239224L, 3735683805L, "61837.63 x 1", "61837.64 x 3")),
                book(symbol),
                bars(symbol),
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of("an earlier cut-over is gone"),
                List.of(
                        new StageEntry(Stage.STARTED, START),
                        new StageEntry(Stage.STAGING, START.plusMillis(40)),
                        new StageEntry(Stage.SWAPPING, START.plusMillis(840)),
                        new StageEntry(Stage.COMMITTED, START.plusMillis(1240))),
                START.plusMillis(1240));
    }

    static ReanchorResult rolledBack(String symbol) {
        return new ReanchorResult(
                symbol,
                Outcome.ROLLED_BACK,
                null,
                new ReanchorResult.Failure(
                        FailureTypes.CHECK_FAILED,
                        symbol + ": UNCROSSED failed;\n look at the exchange",
                        Stage.VALIDATING,
                        true),
                new ValidationReport(List.of(new Check("UNCROSSED", true, false, "bid < ask", "61837.70 >= 61837.64"))),
                book(symbol),
                null,
                null,
                null,
                null,
                List.of("dropped ob:new:" + symbol, "deleted the flag"),
                List.of(),
                List.of(),
                List.of(new StageEntry(Stage.STAGING, START), new StageEntry(Stage.ROLLED_BACK, START.plusSeconds(61))),
                START.plusSeconds(61));
    }

    static ReanchorResult superseded(String symbol) {
        return new ReanchorResult(
                symbol,
                Outcome.SUPERSEDED,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(new StageEntry(Stage.SUPERSEDED, START)),
                START);
    }

    static ReanchorStatus status(String symbol, FeedGap gap, Stage stage, @Nullable ReanchorResult result) {
        return new ReanchorStatus(
                symbol,
                stage,
                "fetching a snapshot that covers the gap",
                1,
                START,
                START.plusSeconds(30),
                gap,
                List.of(new StageEntry(Stage.STARTED, START), new StageEntry(Stage.STAGING, START.plusMillis(40))),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                result);
    }

    private static StagedBook book(String symbol) {
        return new StagedBook(
                new StagedKey("ob:new:" + symbol, "f00d:1", 5, 2005, 50093239224L),
                "binance",
                START,
                1000,
                998,
                "61837.63 x 1.2",
                "61837.64 x 0.5",
                "61000",
                "62000",
                "0123456789abcdef",
                1,
                null,
                List.of());
    }

    private static StagedBars bars(String symbol) {
        return new StagedBars(
                new StagedKey("tr:new:" + symbol + ":1s", "f00d:2", 2, 302, 3735683805L),
                new StagedKey("tr:new:" + symbol + ":5s", "f00d:2", 2, 62, 3735683805L),
                "binance",
                START.minusSeconds(60),
                3735683259L,
                3735683805L,
                "61837.63",
                547,
                60,
                240,
                List.of(START),
                List.of());
    }
}
