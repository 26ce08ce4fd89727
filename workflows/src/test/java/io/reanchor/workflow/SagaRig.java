package io.reanchor.workflow;

import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/** The saga on the in-process server, which skips time; its steps are fakes. */
final class SagaRig implements AutoCloseable {
    static final ReanchorRequest REQUEST =
            new ReanchorRequest("BTCUSDT", new FeedGap(901L, 950L, 401L, 450L, null), "lost messages", "test", "r-1");

    final FakeActivities steps = new FakeActivities();
    final FakeReverts reverts = new FakeReverts();
    final TestWorkflowEnvironment temporal;
    final Worker worker;

    SagaRig(OperationPolicy policy) {
        this(policy, TestEnvironmentOptions.getDefaultInstance());
    }

    SagaRig(OperationPolicy policy, Supplier<Boolean> historyIsLong) {
        this(policy, historyIsLong, TestEnvironmentOptions.getDefaultInstance());
    }

    SagaRig(OperationPolicy policy, TestEnvironmentOptions options) {
        this(policy, () -> false, options);
    }

    private SagaRig(OperationPolicy policy, Supplier<Boolean> historyIsLong, TestEnvironmentOptions options) {
        temporal = TestWorkflowEnvironment.newInstance(options);
        worker = temporal.newWorker(TaskQueues.REANCHOR);
        worker.registerWorkflowImplementationFactory(
                ReanchorWorkflow.class,
                () -> new ReanchorWorkflowImpl(policy, historyIsLong),
                ReanchorWorkflowImpl.options());
        worker.registerWorkflowImplementationFactory(
                RevertWorkflow.class, () -> new RevertWorkflowImpl(policy), ReanchorWorkflowImpl.options());
        worker.registerActivitiesImplementations(steps, reverts);
        temporal.start();
    }

    SagaRig() {
        this(OperationPolicy.DEFAULT);
    }

    static OperationPolicy within(Duration operation) {
        return new OperationPolicy(operation, 3, Duration.ofSeconds(30));
    }

    WorkflowStub start() {
        return start(REQUEST);
    }

    WorkflowStub start(Object request) {
        WorkflowStub run = stub();
        run.start(request);
        return run;
    }

    WorkflowStub stub() {
        return temporal.getWorkflowClient()
                .newUntypedWorkflowStub(
                        "Reanchor",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId("reanchor-BTCUSDT")
                                .setTaskQueue(TaskQueues.REANCHOR)
                                .build());
    }

    /** Starts, waits, and reads the result whichever way it came. */
    ReanchorResult recover() {
        return result(start());
    }

    ReanchorResult result(WorkflowStub run) {
        try {
            return run.getResult(20, TimeUnit.SECONDS, ReanchorResult.class);
        } catch (TimeoutException e) {
            throw new AssertionError("it doesn't end:\n" + temporal.getDiagnostics(), e);
        } catch (WorkflowFailedException e) {
            return failure(e).getDetails().get(ReanchorResult.class);
        }
    }

    static ApplicationFailure failure(WorkflowFailedException e) {
        if (e.getCause() instanceof ApplicationFailure failure) {
            return failure;
        }
        throw e;
    }

    static ReanchorStatus status(WorkflowStub run) {
        return run.query("status", ReanchorStatus.class);
    }

    static WorkflowUpdateHandle<ReportReceipt> report(WorkflowStub run, ReanchorRequest report) {
        return run.startUpdate(
                UpdateOptions.newBuilder(ReportReceipt.class)
                        .setUpdateName("report")
                        .setWaitForStage(WorkflowUpdateStage.ACCEPTED)
                        .build(),
                report);
    }

    static ReanchorRequest asking(String requestId, FeedGap gap) {
        return new ReanchorRequest("BTCUSDT", gap, "again", "test", requestId);
    }

    static ApplicationFailure refused(WorkflowUpdateHandle<?> update) {
        return refused(update::getResult);
    }

    static ApplicationFailure refused(Runnable call) {
        WorkflowUpdateException refused = Assertions.assertThrows(WorkflowUpdateException.class, call::run);
        return Objects.requireNonNull((ApplicationFailure) refused.getCause());
    }

    /** The number of each round that came as far as its cut-over, in order. */
    List<Integer> rounds() {
        return steps.calls("Swap").stream()
                .map(call -> ((Swap) call.order()).round())
                .toList();
    }

    /** The gap that a staging call was made for. */
    FeedGap asked(String step, int call) {
        return ((StageMarketData) steps.calls(step).get(call).order()).gap();
    }

    WorkflowStub existing(WorkflowExecution run) {
        return temporal.getWorkflowClient().newUntypedWorkflowStub(run, Optional.empty());
    }

    /** Runs the saga's code over the history just made: every decision must come out the same. */
    void replay(WorkflowStub run) {
        try {
            WorkflowReplayer.replayWorkflowExecution(temporal.getWorkflowExecutionHistory(run.getExecution()), worker);
        } catch (Exception e) {
            throw new AssertionError("the saga isn't deterministic", e);
        }
    }

    @Override
    public void close() {
        temporal.close();
    }
}
