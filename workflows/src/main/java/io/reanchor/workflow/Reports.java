package io.reanchor.workflow;

import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes reports of gaps, and keeps each until live has reached it. While a run is open a valid report joins it at once, whatever its stage:
 * the run goes on, with another round if need be, until nothing is left. A repeated report changes nothing.
 */
final class Reports {
    private final Progress progress;
    /** What isn't covered yet, and whether it was reported before staging began: only then an end that it doesn't name is staged. */
    private final Map<FeedGap, Boolean> open = new LinkedHashMap<>();

    private FeedGap stagedFor = FeedGap.UNKNOWN;
    private boolean unseen;

    Reports(Progress progress) {
        this.progress = progress;
    }

    ReportReceipt take(ReanchorRequest report) {
        outlast(progress::hasBegun); // an update that came with the start may run before the workflow method
        validate(report);
        ReanchorRequest first = progress.request();
        boolean joined = report.requestId() == null || !report.requestId().equals(first.requestId());
        if (joined) {
            requireOpen(report);
            if (report.cutOver() == CutOverMode.WHEN_APPROVED) {
                progress.postpone(report.approveWithinSeconds());
            }
        }
        if (joined || !report.gap().equals(first.gap())) {
            keep(report.gap());
        }
        return new ReportReceipt(Workflow.getInfo().getRunId(), joined, progress.stage());
    }

    void validate(ReanchorRequest report) {
        requireValid(report);
        if (progress.hasBegun() && !progress.request().symbol().equals(report.symbol())) {
            throw Failures.refuse(
                    FailureTypes.BAD_REQUEST,
                    "this run rebuilds %s, the report is about %s: send it to workflow id %s"
                            .formatted(
                                    progress.request().symbol(),
                                    report.symbol(),
                                    ReanchorRequest.workflowId(report.symbol())));
        }
    }

    static void requireValid(@Nullable ReanchorRequest request) {
        try {
            ReanchorRequest.requireValid(request);
        } catch (IllegalArgumentException e) {
            throw Failures.refuse(FailureTypes.BAD_REQUEST, "%s; nothing was begun".formatted(e.getMessage()));
        }
    }

    static void requireShortText(String name, @Nullable String text, String otherwise) {
        try {
            ReanchorRequest.requireShort(name, text);
        } catch (IllegalArgumentException e) {
            throw Failures.refuse(FailureTypes.BAD_REQUEST, "%s; %s".formatted(e.getMessage(), otherwise));
        }
    }

    /** Whoever joined a run that is given up already would wait for its failure only. */
    private void requireOpen(ReanchorRequest report) {
        if (progress.isGivenUp() || progress.stage().isFinal()) {
            throw Failures.refuse(
                    FailureTypes.NOT_COVERED,
                    "%s: run %s doesn't cover this report: its stage is %s; report again when it has ended, that starts anew"
                            .formatted(report.symbol(), Workflow.getInfo().getRunId(), progress.stage()));
        }
        boolean dry = progress.request().cutOver() == CutOverMode.NEVER;
        if (dry || report.cutOver() == CutOverMode.NEVER) {
            throw Failures.refuse(
                    FailureTypes.NOT_COVERED,
                    "%s: run %s is %s, and %s joins no other: ask again when it has ended"
                            .formatted(
                                    report.symbol(),
                                    Workflow.getInfo().getRunId(),
                                    dry ? "a dry run, after which live is what it was" : "a recovery",
                                    dry ? "a report" : "a dry run"));
        }
        if (report.cutOver() == CutOverMode.WHEN_APPROVED && progress.stage().compareTo(Stage.SWAPPING) >= 0) {
            throw Failures.refuse(
                    FailureTypes.NOT_COVERED,
                    "%s: too late to postpone: run %s cuts over; ask again when it has ended"
                            .formatted(report.symbol(), Workflow.getInfo().getRunId()));
        }
    }

    void keep(FeedGap gap) {
        open.put(gap, progress.stage().compareTo(Stage.STAGING) < 0);
        unseen = true;
        progress.widen(gap);
    }

    /** From here on what is fetched is newer than all that was reported so far. */
    void stagingBegins() {
        open.replaceAll((gap, early) -> true);
        stagedFor = toCover();
    }

    /** Live is about to be looked at. */
    void lookBegins() {
        unseen = false;
    }

    /** Whether a report came after the last look at live had begun: what was live then, a failover may have taken back before the report. */
    boolean cameSince() {
        return unseen;
    }

    /** All that was reported before what is staged was fetched. */
    FeedGap stagedFor() {
        return stagedFor;
    }

    /** All that live hasn't reached yet. */
    FeedGap toCover() {
        return open.keySet().stream().reduce(FeedGap.UNKNOWN, FeedGap::union);
    }

    /** Looks once more before the run ends: nothing that was reported is left uncovered, unless everybody who reported is told so. */
    boolean needAnotherRound(RoundEnd end) {
        List<String> missing = List.of();
        SwapReceipt receipt = end.receipt();
        if (receipt != null) {
            missing = afterCutOver(receipt);
        } else if (end.failure() != null && end.failure().type().equals(FailureTypes.NOT_COVERED)) {
            missing = List.of(end.failure().message());
        }
        if (missing.isEmpty()) {
            return false;
        }
        if (receipt != null) {
            progress.committed(receipt);
        }
        progress.enter(Stage.RAISING_FLAG, "another round: " + String.join("; ", missing));
        return true;
    }

    /** Measured by live, not by what was staged. @return what is missing of the reports that stay open, a phrase each */
    private List<String> afterCutOver(SwapReceipt receipt) {
        Coverage coverage = new Coverage(receipt, progress.bars(), stagedFor);
        List<String> missing = new ArrayList<>();
        for (Iterator<Map.Entry<FeedGap, Boolean>> reports = open.entrySet().iterator(); reports.hasNext(); ) {
            Map.Entry<FeedGap, Boolean> report = reports.next();
            List<String> its = coverage.missing(report.getKey(), report.getValue());
            if (its.isEmpty()) {
                reports.remove();
            }
            missing.addAll(its);
        }
        return missing.stream().distinct().toList();
    }

    /** Waits also when the run is cancelled: its end ends the wait. */
    static void outlast(Supplier<Boolean> condition) {
        Workflow.newDetachedCancellationScope(() -> Workflow.await(condition)).run();
    }
}
