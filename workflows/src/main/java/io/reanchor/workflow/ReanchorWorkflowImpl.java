package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.BuildFeatures;
import io.reanchor.workflow.ReanchorActivities.FlagRaised;
import io.reanchor.workflow.ReanchorActivities.RaiseFlag;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.reanchor.workflow.ReanchorActivities.Validate;
import io.reanchor.workflow.ReanchorResult.Failure;
import io.temporal.common.converter.DataConverterException;
import io.temporal.failure.CanceledFailure;
import io.temporal.worker.WorkflowImplementationOptions;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.SideEffectOptions;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The saga of a recovery. The worker registers it with a factory, which brings the policy, and with {@link #options()}. */
public final class ReanchorWorkflowImpl implements ReanchorWorkflow {
    private final OperationPolicy configured;
    private final Progress progress = new Progress();
    private final Reports reports = new Reports(progress);
    private @Nullable CancellationScope preparation;
    private @Nullable Failure stop;

    /** @param policy the worker's configuration; a run keeps the one that it began with, whoever replays it */
    public ReanchorWorkflowImpl(OperationPolicy policy) {
        this.configured = policy;
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
        Steps steps = new Steps(request.symbol(), policy, Progress.now().plus(policy.operationTimeout()));
        progress.begin(request, steps.deadline());
        giveUpAfter(policy.operationTimeout());

        ReanchorResult result = run(steps);
        Reports.outlast(Workflow::isEveryHandlerFinished);
        return Failures.throwIfAny(result);
    }

    private ReanchorResult run(Steps steps) {
        Saga saga = new Saga();
        Settling settling = new Settling(steps, progress);
        // One script undoes every step and tells whether the cut-over happened: separate undos would prove neither.
        // So there is one compensation, registered before the first step.
        saga.beforeStep("settle", settling::undo);
        try {
            StagedState staged = prepare(steps);
            return progress.end(Outcome.COMMITTED, swap(steps, staged, settling), null, List.of());
        } catch (RuntimeException e) { // left uncaught, a plain one would be retried for ever and nothing undone
            Failure failure = whatFailed(e);
            progress.enter(Stage.UNDOING, failure.message());
            List<String> undone = saga.undo();
            return afterUndo(settling.answer(), failure, undone);
        }
    }

    /** All that comes before the point of no return, in a scope of its own: deadline, abort and cancel cut it. */
    private StagedState prepare(Steps steps) {
        CompletablePromise<StagedState> staged = Workflow.newPromise();
        CancellationScope scope = Workflow.newCancellationScope(() -> staged.complete(stageAndProve(steps)));
        preparation = scope;
        scope.run();
        if (steps.isPastDeadline()) {
            giveUp(Failures.deadline(progress));
        }
        if (stop != null || CancellationScope.current().isCancelRequested()) {
            throw new CanceledFailure("given up just before the cut-over");
        }
        return staged.get();
    }

    private StagedState stageAndProve(Steps steps) {
        String symbol = progress.request().symbol();
        progress.enter(Stage.RAISING_FLAG, "claiming the symbol");
        FlagRaised flag = steps.brief("raise the flag").raiseFlag(new RaiseFlag(symbol, steps.flagTtl()));

        progress.enter(Stage.STAGING, "fetching the snapshot and the trades");
        StageMarketData order = new StageMarketData(symbol, 1, progress.gap());
        Promise<StagedBook> book = Async.function(steps.fetching("stage the snapshot")::stageSnapshot, order);
        Promise<StagedBars> bars = Async.function(steps.fetching("stage the trades")::stageTrades, order);
        // Ends with the first failure of either.
        Promise.allOf(book.thenApply(progress::staged), bars.thenApply(progress::staged))
                .get();

        progress.enter(Stage.BUILDING_FEATURES, "computing the features of what is staged");
        StagedFeatures features =
                steps.brief("build the features").buildFeatures(new BuildFeatures(symbol, book.get(), bars.get()));
        StagedState staged = new StagedState(book.get(), bars.get(), features, flag.generation());

        progress.enter(Stage.VALIDATING, "checking what is staged");
        ValidationReport report = progress.validated(
                steps.brief("check what is staged").validate(new Validate(symbol, progress.gap(), staged)));
        if (!report.passed()) {
            throw Failures.refuse(FailureTypes.CHECK_FAILED, Failures.checksFailed(symbol, report));
        }
        return staged;
    }

    /** The point of no return: neither deadline nor abort nor cancel cuts it. */
    private SwapReceipt swap(Steps steps, StagedState staged, Settling settling) {
        progress.enter(Stage.SWAPPING, "cutting over");
        settling.cutOverBegins(staged.against());
        Swap order = new Swap(progress.request().symbol(), progress.gap(), staged, progress.proof());
        CompletablePromise<SwapReceipt> receipt = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(
                        () -> receipt.complete(steps.swap("cut over").swap(order)))
                .run();
        return receipt.get();
    }

    private ReanchorResult afterUndo(Settlement settled, Failure failure, List<String> undone) {
        return settled.outcome() == Outcome.COMMITTED
                ? progress.end(Outcome.COMMITTED, settled.receipt(), null, undone)
                : progress.end(settled.outcome(), null, Failures.settled(failure, settled.outcome()), undone);
    }

    private Failure whatFailed(RuntimeException thrown) {
        if (stop != null) {
            return stop;
        }
        boolean cut = CancellationScope.current().isCancelRequested() && progress.stage() != Stage.SWAPPING;
        return cut
                ? Failures.aborted(progress, "cancelled through Temporal")
                : Failures.of(thrown, progress.request().symbol(), progress.stage());
    }

    private void giveUpAfter(Duration limit) {
        TimerOptions named = TimerOptions.newBuilder()
                .setSummary("operation_timeout_seconds")
                .build();
        Workflow.newTimer(limit, named).thenApply(fired -> {
            giveUp(Failures.deadline(progress));
            return fired;
        });
    }

    private void giveUp(Failure why) {
        if (stop == null && progress.stage().compareTo(Stage.SWAPPING) < 0) {
            stop = why;
            if (preparation != null) {
                preparation.cancel(why.message());
            }
        }
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
        giveUp(Failures.aborted(progress, reason));
    }

    @Override
    public void validateAbort(String reason) {
        if (progress.stage().compareTo(Stage.SWAPPING) >= 0) {
            throw Failures.tooLate(progress);
        }
    }

    @Override
    public ReanchorStatus status() {
        return progress.status();
    }
}
