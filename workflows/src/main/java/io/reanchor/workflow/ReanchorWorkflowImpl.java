package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorResult.Failure;
import io.temporal.common.converter.DataConverterException;
import io.temporal.failure.ActivityFailure;
import io.temporal.worker.WorkflowImplementationOptions;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.SideEffectOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The saga of a recovery. The worker registers it with a factory, which brings the policy, and with {@link #options()}. */
public final class ReanchorWorkflowImpl implements ReanchorWorkflow {
    private static final Duration BEFORE_STAGING_ANEW = Duration.ofSeconds(1);

    private final OperationPolicy configured;
    private final Progress progress = new Progress();
    private final Reports reports = new Reports(progress);
    private final Approval approval = new Approval(progress);
    private final Supplier<Boolean> historyIsLong;
    private @Nullable PatientSteps current;
    private Stop stop = new Stop(progress);

    /** @param policy the worker's configuration; a run keeps the one that it began with, whoever replays it */
    public ReanchorWorkflowImpl(OperationPolicy policy) {
        this(policy, () -> Workflow.getInfo().isContinueAsNewSuggested());
    }

    ReanchorWorkflowImpl(OperationPolicy policy, Supplier<Boolean> historyIsLong) {
        this.configured = policy;
        this.historyIsLong = historyIsLong;
    }

    /** A request that can't be read fails its run: by default the SDK would try the workflow task again for ever. */
    public static WorkflowImplementationOptions options() {
        return WorkflowImplementationOptions.newBuilder()
                .setFailWorkflowExceptionTypes(DataConverterException.class)
                .build();
    }

    @Override
    public ReanchorResult recover(ReanchorRequest request) {
        Reports.requireValid(request);
        OperationPolicy policy = Workflow.sideEffect(
                OperationPolicy.class,
                () -> configured,
                SideEffectOptions.newBuilder().setSummary("the worker's limits").build());
        progress.begin(request, policy);
        reports.keep(request.gap());
        RoundEnd end = round(policy);
        while (reports.needAnotherRound(end)) {
            if (historyIsLong.get()) {
                return Workflow.newContinueAsNewStub(ReanchorWorkflow.class).recover(request.about(reports.toCover()));
            }
            end = round(policy);
        }
        return Failures.throwIfAny(progress.end(end));
    }

    /** One claim, one staging, one cut-over, or one undo of it all; with a deadline and a token of its own. */
    private RoundEnd round(OperationPolicy policy) {
        progress.beginRound();
        stop = new Stop(progress);
        RoundEnd end = queueAndRun(policy);
        Reports.outlast(Workflow::isEveryHandlerFinished);
        stop.takeBack();
        return end;
    }

    /** The operation's timeout begins when the exchange has weight for it. */
    private RoundEnd queueAndRun(OperationPolicy policy) {
        try {
            stop.cutsWaiting(new Queue(progress, policy)::outlast);
        } catch (RuntimeException e) {
            return RoundEnd.beforeItBegan(progress, stop.explain(e));
        }
        Steps steps =
                new Steps(progress.request().symbol(), policy, Progress.now().plus(policy.operationTimeout()));
        progress.admitted(steps.deadline());
        stop.atDeadline(policy.operationTimeout());
        return sagaOf(steps);
    }

    private RoundEnd sagaOf(Steps steps) {
        Saga saga = new Saga();
        Settling settling = new Settling(steps, progress);
        // One script undoes every step and tells whether the cut-over happened: separate undos would prove neither.
        // So there is one compensation, registered before the first step.
        saga.beforeStep("settle", settling::undo);
        PatientSteps patient = new PatientSteps(steps, progress, reports);
        current = patient;
        Hooks hooks = new Hooks(steps, progress);
        try {
            if (progress.request().cutOver() == CutOverMode.NEVER) {
                stop.cuts(steps, new Proving(progress, reports, patient)::rehearse);
                return RoundEnd.rehearsed(saga.undo());
            }
            return RoundEnd.committed(progress, rebuild(steps, patient, settling, hooks), List.of());
        } catch (RuntimeException e) { // left uncaught, a plain one would be retried for ever and nothing undone
            Failure failure = stop.explain(e);
            progress.enter(Stage.UNDOING, failure.message());
            List<String> undone = saga.undo();
            RoundEnd end = RoundEnd.settled(progress, settling.answer(), failure, undone);
            hooks.after(end);
            return end;
        }
    }

    /**
     * Once, as a rule; again when a failover or a TTL took the flag or what was staged. Not once a cut-over was tried: an EXEC that a
     * failover took back may have been read, and the same token would give its generation a second content.
     */
    private SwapReceipt rebuild(Steps steps, PatientSteps patient, Settling settling, Hooks hooks) {
        Proving proving = new Proving(progress, reports, patient);
        while (true) {
            try {
                StagedState proven = stop.cuts(steps, proving::stageAndProve);
                StagedState staged =
                        approval.isWanted() ? stop.cutsWaiting(() -> approval.outlast(patient, proven, stop)) : proven;
                stop.cutsWaiting(hooks::before);
                return swap(patient, staged, settling, hooks);
            } catch (ActivityFailure e) {
                boolean claimRefused = progress.stage() == Stage.RAISING_FLAG;
                boolean triedToSwap = progress.stage() == Stage.SWAPPING;
                if (!Failures.isFenced(e) || claimRefused || triedToSwap || steps.isPastDeadline()) {
                    throw e;
                }
                progress.enter(Stage.RAISING_FLAG, "staging anew in a moment: " + Failures.describe(e));
                stop.pause(BEFORE_STAGING_ANEW);
            }
        }
    }

    /** The point of no return: neither deadline nor abort nor cancel cuts it. */
    private SwapReceipt swap(PatientSteps patient, StagedState staged, Settling settling, Hooks hooks) {
        progress.enter(Stage.SWAPPING, "cutting over");
        settling.cutOverBegins(staged.against());
        CompletablePromise<SwapReceipt> receipt = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> {
                    SwapReceipt swapped = patient.swap(staged);
                    hooks.committed(swapped);
                    // Looks at live after all else: a report may have come meanwhile.
                    receipt.complete(patient.followed(swapped));
                })
                .run();
        return receipt.get();
    }

    @Override
    public ReportReceipt report(ReanchorRequest request) {
        return reports.take(request);
    }

    @Override
    public void validateReport(ReanchorRequest request) {
        reports.validate(request);
    }

    @Override
    public void abort(String reason) {
        Reports.outlast(progress::hasBegun);
        validateAbort(reason); // again: in the same workflow task the swap may have begun since
        stop.now(Failures.aborted(progress, reason));
    }

    @Override
    public void validateAbort(String reason) {
        Reports.requireShortText("reason", reason, "nothing was aborted, abort again");
        if (progress.stage().compareTo(Stage.SWAPPING) >= 0) {
            throw Failures.tooLate(
                    progress, "abort", "a recovery can be aborted before SWAPPING, and reverted for a while after it");
        }
    }

    @Override
    public ApprovalReceipt approve(String by) {
        return approval.take(by, stop);
    }

    @Override
    public void validateApproval(String by) {
        approval.validate(by);
    }

    @Override
    public Comparison compare() {
        validateComparison();
        return Objects.requireNonNull(current, "something is staged").compare();
    }

    @Override
    public void validateComparison() {
        if (!progress.hasStaged()) {
            throw Failures.refuse(
                    FailureTypes.TOO_EARLY,
                    "%s: there is nothing staged to compare: the stage is %s"
                            .formatted(progress.status().symbol(), progress.stage()));
        }
    }

    @Override
    public ReanchorStatus status() {
        return progress.status();
    }
}
