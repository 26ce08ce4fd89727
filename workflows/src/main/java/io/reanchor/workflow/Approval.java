package io.reanchor.workflow;

import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The wait for an operator's word. Meanwhile what is staged is kept up with the feed by one long step after another: what happens within a
 * step leaves no trace in the history, so hours of waiting cost little.
 */
final class Approval {
    private static final Duration FIRST_LOOK = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Progress progress;
    private @Nullable Instant deadline;
    private @Nullable ApprovalReceipt granted;

    Approval(Progress progress) {
        this.progress = progress;
    }

    /** Once something approved is live, what is reported afterwards is recovered without asking again. */
    boolean isWanted() {
        return progress.request().cutOver() == CutOverMode.WHEN_APPROVED && !progress.hasCommitted();
    }

    /** Another round needs another approval: what was approved didn't go live. The time for it is that of the run. */
    StagedState outlast(PatientSteps patient, StagedState proven, Stop stop) {
        granted = null;
        StagedState staged = proven;
        Instant until = deadline();
        progress.awaitApproval(until);
        stop.after(
                Duration.between(Progress.now(), until),
                "time for an approval",
                () -> Failures.notApproved(progress, until));
        for (Duration look = FIRST_LOOK; granted == null; look = longer(look)) {
            KeptUp kept = keepUp(patient, staged, look, Duration.between(Progress.now(), until));
            staged = kept == null ? staged : staged.with(kept);
        }
        stop.takeBack(); // what follows has limits of its own
        return staged;
    }

    /** @return null when the approval came first */
    private @Nullable KeptUp keepUp(PatientSteps patient, StagedState staged, Duration duration, Duration limit) {
        CompletablePromise<KeptUp> kept = Workflow.newPromise();
        CancellationScope keeping = Workflow.newCancellationScope(
                () -> kept.completeFrom(Async.function(() -> patient.keepUp(staged, duration, limit))));
        keeping.run();
        Workflow.await(() -> granted != null || kept.isCompleted());
        if (granted != null) {
            keeping.cancel("approved");
            return null;
        }
        return progress.keptUp(result(kept));
    }

    private KeptUp result(Promise<KeptUp> kept) {
        try {
            return kept.get();
        } catch (ActivityFailure e) {
            if (!Failures.isFenced(e)) {
                throw e;
            }
            throw Failures.refuse(
                    FailureTypes.NOT_COVERED,
                    "%s: what was staged was lost while an approval was waited for (%s); it is staged anew"
                            .formatted(progress.request().symbol(), Failures.describe(e)));
        }
    }

    private Instant deadline() {
        Instant set = deadline;
        if (set == null) {
            set = Progress.now().plusSeconds(progress.request().approveWithinSeconds());
            deadline = set;
        }
        return set;
    }

    private static Duration longer(Duration look) {
        Duration twice = look.multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    /** Of several approvals the first counts; the others are told whose it was. */
    ApprovalReceipt take(@Nullable String by, Stop stop) {
        Reports.outlast(progress::hasBegun);
        validate(by);
        ApprovalReceipt before = granted;
        if (before != null) {
            return new ApprovalReceipt(before.runId(), before.by(), before.at(), false);
        }
        if (stop.isUnderWay()) {
            throw tooLate();
        }
        ApprovalReceipt first = new ApprovalReceipt(
                Workflow.getInfo().getRunId(), by == null || by.isBlank() ? "somebody" : by, Progress.now(), true);
        granted = first;
        progress.approved(first);
        return first;
    }

    void validate(@Nullable String by) {
        Reports.requireShortText("by", by, "nothing was approved, approve again");
        if (granted != null) {
            return;
        }
        if (progress.stage().compareTo(Stage.AWAITING_APPROVAL) > 0) {
            throw tooLate();
        }
        if (!progress.hasBegun() || progress.stage() != Stage.AWAITING_APPROVAL) {
            throw Failures.refuse(
                    FailureTypes.TOO_EARLY,
                    "%s: too early to approve: the stage is %s; %s"
                            .formatted(
                                    progress.status().symbol(),
                                    progress.stage(),
                                    progress.hasBegun() && !isWanted()
                                            ? "this recovery doesn't wait for an approval, it cuts over by itself"
                                            : "approve when the status is " + Stage.AWAITING_APPROVAL));
        }
    }

    private RuntimeException tooLate() {
        return Failures.tooLate(progress, "approve", "the status says how it ends");
    }
}
