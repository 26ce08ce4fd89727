package io.reanchor.workflow;

import io.temporal.workflow.Workflow;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers reports of gaps. Until staging begins a report widens what will be staged; from then on it is measured by what is
 * staged. A repeated report changes nothing and waits for nothing.
 */
final class Reports {
    private final Progress progress;

    Reports(Progress progress) {
        this.progress = progress;
    }

    ReportReceipt take(ReanchorRequest report) {
        outlast(progress::hasBegun); // an update that came with the start may run before the workflow method
        validate(report);
        Stage taken = progress.stage();
        boolean joined = report.requestId() == null
                || !report.requestId().equals(progress.request().requestId());
        if (joined) {
            join(report);
        }
        return new ReportReceipt(Workflow.getInfo().getRunId(), joined, taken);
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

    static void requireValidReason(@Nullable String reason) {
        try {
            ReanchorRequest.requireShort("reason", reason);
        } catch (IllegalArgumentException e) {
            throw Failures.refuse(
                    FailureTypes.BAD_REQUEST, "%s; nothing was aborted, abort again".formatted(e.getMessage()));
        }
    }

    private void join(ReanchorRequest report) {
        FeedGap gap = report.gap();
        boolean startsAlike = progress.gap().startsAlike(gap);
        boolean early = progress.stage().compareTo(Stage.STAGING) < 0;
        boolean promised = startsAlike && progress.promises(gap) && (early || gap.namesItsEnd());
        if (promised && !progress.isGivenUp()) {
            return;
        }
        if (!early || !startsAlike) {
            outlast(progress::isStagingOver);
            requireCovered(report, early);
        }
        progress.widen(report.gap());
    }

    private void requireCovered(ReanchorRequest report, boolean early) {
        List<String> missing = progress.isGivenUp()
                ? List.of("it is being undone, or was")
                : Coverage.missing(report.gap(), early, progress.gap(), progress.book(), progress.bars());
        if (!missing.isEmpty()) {
            throw Failures.refuse(
                    FailureTypes.NOT_COVERED,
                    "%s: run %s doesn't cover this report: %s; report again when it has ended, that starts anew"
                            .formatted(report.symbol(), Workflow.getInfo().getRunId(), String.join("; ", missing)));
        }
    }

    /** Waits also when the run is cancelled: its end ends the wait. */
    static void outlast(Supplier<Boolean> condition) {
        Workflow.newDetachedCancellationScope(() -> Workflow.await(condition)).run();
    }
}
