package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.FlagRaised;
import io.reanchor.workflow.ReanchorResult.Failure;
import io.reanchor.workflow.RevertActivities.PlanRevert;
import io.reanchor.workflow.RevertActivities.Revert;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.SideEffectOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The saga of a revert. The worker registers it with a factory, as that of a recovery. */
public final class RevertWorkflowImpl implements RevertWorkflow {
    private static final int ROUND = 1;

    private final OperationPolicy configured;
    private final Progress progress = new Progress();
    private final Stop stop = new Stop(progress);
    private @Nullable ReanchorResult result;
    private boolean paused;

    /** @param policy the worker's configuration; a run keeps the one that it began with */
    public RevertWorkflowImpl(OperationPolicy policy) {
        this.configured = policy;
    }

    @Override
    public ReanchorResult revert(RevertRequest request) {
        requireValid(request);
        OperationPolicy policy = Workflow.sideEffect(
                OperationPolicy.class,
                () -> configured,
                SideEffectOptions.newBuilder().setSummary("the worker's limits").build());
        progress.begin(request.asRecovery(FeedGap.UNKNOWN), policy);
        progress.beginRound();
        Steps steps = new Steps(request.symbol(), policy, Progress.now().plus(policy.operationTimeout()));
        progress.admitted(steps.deadline());
        stop.atDeadline(policy.operationTimeout());
        ReanchorResult ended = progress.end(sagaOf(request, steps));
        stop.takeBack();
        result = ended;
        if (ended.outcome() == Outcome.COMMITTED) {
            pause(request);
            FeedGap behind = behind(ended);
            if (behind != null) {
                Reports.outlast(Workflow::isEveryHandlerFinished);
                return Workflow.newContinueAsNewStub(ReanchorWorkflow.class).recover(request.asRecovery(behind));
            }
        }
        Reports.outlast(Workflow::isEveryHandlerFinished);
        return Failures.throwIfAny(ended);
    }

    private RoundEnd sagaOf(RevertRequest request, Steps steps) {
        Saga saga = new Saga();
        Settling settling = new Settling(steps, progress);
        saga.beforeStep("settle", settling::undo);
        try {
            RevertPlan plan = stop.cuts(steps, () -> plan(request, steps));
            if (request.dryRun()) {
                return RoundEnd.rehearsed(List.of());
            }
            stop.cuts(steps, () -> raiseFlag(steps));
            return RoundEnd.committed(progress, swap(request, plan, steps, settling), List.of());
        } catch (RuntimeException e) {
            Failure failure = stop.explain(e);
            if (progress.stage() == Stage.STARTED) { // nothing was begun
                return RoundEnd.beforeItBegan(progress, failure);
            }
            progress.enter(Stage.UNDOING, failure.message());
            List<String> undone = saga.undo();
            return RoundEnd.settled(progress, settling.answer(), failure, undone);
        }
    }

    private RevertPlan plan(RevertRequest request, Steps steps) {
        RevertPlan plan = steps.reverting("look at what would be put back")
                .planRevert(new PlanRevert(request.symbol(), request.generation()));
        progress.planned(plan);
        if (!plan.carried() && request.pauseSeconds() == 0 && !request.dryRun()) {
            throw Failures.refuse(FailureTypes.NOT_CARRIED, Failures.notCarried(plan));
        }
        return plan;
    }

    private FlagRaised raiseFlag(Steps steps) {
        String what = "raise the flag";
        progress.enter(Stage.RAISING_FLAG, "claiming the symbol");
        return new Patience(steps, progress)
                .outlast(
                        what,
                        () -> steps.brief(what)
                                .raiseFlag(new ReanchorActivities.RaiseFlag(
                                        progress.request().symbol(), ROUND, steps.flagTtl())));
    }

    /** The point of no return. A lost reply is asked for in the same way: a second attempt finds the receipt of the first. */
    private SwapReceipt swap(RevertRequest request, RevertPlan plan, Steps steps, Settling settling) {
        String what = "put the old state back";
        progress.enter(Stage.SWAPPING, what);
        settling.cutOverBegins(plan.generation());
        Revert order = new Revert(request.symbol(), ROUND, plan.generation(), request.pauseSeconds() > 0);
        CompletablePromise<SwapReceipt> receipt = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> receipt.complete(new Patience(steps, progress)
                        .outlast(what, () -> steps.revertingSwap(what).revert(order))))
                .run();
        return receipt.get();
    }

    /** While this run stays open, no recovery of the symbol begins. */
    private void pause(RevertRequest request) {
        if (request.pauseSeconds() == 0) {
            return;
        }
        Duration pause = Duration.ofSeconds(request.pauseSeconds());
        paused = true;
        progress.say("reverted; recoveries of %s are paused until %s (reanchor resume %s)"
                .formatted(request.symbol(), Progress.now().plus(pause), request.symbol()));
        Workflow.await(pause, () -> !paused);
        paused = false;
        progress.say("reverted; recoveries aren't paused any more");
    }

    /** What live had before, and hasn't got back: nobody else may ever report it. */
    private @Nullable FeedGap behind(ReanchorResult ended) {
        RevertPlan plan = Objects.requireNonNull(ended.revert());
        SwapReceipt receipt = Objects.requireNonNull(ended.receipt());
        Followed followed = receipt.followed();
        Long updateId = followed == null ? Long.valueOf(receipt.lastUpdateId()) : followed.lastUpdateId();
        Long tradeId = followed == null ? receipt.lastTradeId() : followed.lastTradeId();
        boolean book = isBehind(updateId, plan.live().lastUpdateId());
        boolean bars = isBehind(tradeId, plan.live().lastTradeId());
        if (!book && !bars) {
            return null;
        }
        return new FeedGap(
                book && updateId != null ? updateId + 1 : null,
                book ? plan.live().lastUpdateId() : null,
                bars && tradeId != null ? tradeId + 1 : null,
                bars ? plan.live().lastTradeId() : null,
                null);
    }

    private static boolean isBehind(@Nullable Long reached, @Nullable Long was) {
        return was != null && (reached == null || reached < was);
    }

    @Override
    public ReanchorResult outcome() {
        Reports.outlast(() -> result != null);
        return Objects.requireNonNull(result);
    }

    @Override
    public void resume(String by) {
        paused = false;
    }

    @Override
    public void validateResume(String by) {
        Reports.requireShortText("by", by, "nothing was resumed, try again");
        if (!paused) {
            throw Failures.refuse(
                    FailureTypes.TOO_LATE,
                    "%s: recoveries aren't paused: the stage is %s"
                            .formatted(progress.status().symbol(), progress.stage()));
        }
    }

    @Override
    public ReportReceipt report(ReanchorRequest request) {
        Reports.outlast(progress::hasBegun);
        throw paused
                ? Failures.refuse(
                        FailureTypes.PAUSED,
                        "%s: %s; report again then: a recovery of what the revert left out begins by itself"
                                .formatted(request.symbol(), progress.status().detail()))
                : Failures.refuse(
                        FailureTypes.NOT_COVERED,
                        "%s: a revert goes on, its stage is %s; report again when it has ended, that starts anew"
                                .formatted(request.symbol(), progress.stage()));
    }

    @Override
    public void abort(String reason) {
        Reports.outlast(progress::hasBegun);
        validateAbort(reason);
        stop.now(Failures.aborted(progress, reason));
    }

    @Override
    public void validateAbort(String reason) {
        Reports.requireShortText("reason", reason, "nothing was aborted, abort again");
        if (progress.stage().compareTo(Stage.SWAPPING) >= 0) {
            throw Failures.tooLate(progress, "abort", "what is live now can be reverted in its turn");
        }
    }

    @Override
    public ReanchorStatus status() {
        return progress.status();
    }

    private static void requireValid(RevertRequest request) {
        try {
            RevertRequest.requireValid(request);
        } catch (IllegalArgumentException e) {
            throw Failures.refuse(FailureTypes.BAD_REQUEST, "%s; nothing was begun".formatted(e.getMessage()));
        }
    }
}
