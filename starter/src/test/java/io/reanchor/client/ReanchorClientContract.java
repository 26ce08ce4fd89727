package io.reanchor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorRequest;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.ReanchorWorkflow;
import io.reanchor.workflow.ReanchorWorkflowImpl;
import io.reanchor.workflow.Stage;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What the client does on any Temporal server. */
abstract class ReanchorClientContract {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final OneStepAtATime steps = new OneStepAtATime();
    String symbol = "";
    ReanchorClient client = ReanchorClient.over(temporal(), options());
    WorkerFactory workers = WorkerFactory.newInstance(temporal());

    abstract WorkflowClient temporal();

    /** A queue a test class: the dev server keeps what an earlier one left. */
    ReanchorClientOptions options() {
        return ReanchorClientOptions.DEFAULT.withTaskQueue(getClass().getSimpleName());
    }

    @BeforeEach
    void startWorker(TestInfo test) {
        symbol = "S" + Integer.toHexString(test.getDisplayName().hashCode()).toUpperCase(java.util.Locale.ROOT);
        Worker worker = workers.newWorker(options().taskQueue());
        worker.registerWorkflowImplementationFactory(
                ReanchorWorkflow.class,
                () -> new ReanchorWorkflowImpl(OperationPolicy.DEFAULT),
                ReanchorWorkflowImpl.options());
        worker.registerActivitiesImplementations(steps);
        workers.start();
    }

    @AfterEach
    void stopWorker() {
        steps.mayValidate.release(100);
        workers.shutdownNow();
        client.close();
    }

    ReanchorRequest asking(long lastUpdateId) {
        return new ReanchorRequest(
                symbol, new FeedGap(null, lastUpdateId, null, null, null), "lost messages", "test", null);
    }

    @Test
    void aWorkflowTaskThatAHangingWorkerTookIsGivenOnSoon() {
        steps.mayValidate.release();
        Recovery recovery = client.recover(asking(50));
        recovery.await(PATIENCE);

        var begun = temporal()
                .fetchHistory(ReanchorRequest.workflowId(symbol), recovery.runId())
                .getEvents()
                .get(0)
                .getWorkflowExecutionStartedEventAttributes();
        assertThat(begun.getWorkflowTaskTimeout().getSeconds()).isEqualTo(5);
    }

    @Test
    void startsAndFollowsToTheEnd() {
        steps.mayValidate.release();

        Recovery recovery = client.recover(asking(50));
        ReanchorResult result = recovery.await(PATIENCE);

        assertThat(recovery.joined()).isFalse();
        assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(recovery.status().stage()).isEqualTo(Stage.COMMITTED);
        assertThat(client.follow(symbol).runId()).isEqualTo(recovery.runId());
        assertThat(client.follow(symbol).await(PATIENCE)).isEqualTo(result);
    }

    @Test
    void joinsWhatRuns() {
        Recovery first = client.recover(asking(50));
        OneStepAtATime.acquire(steps.validating);

        Recovery second = client.recover(asking(100));
        steps.mayValidate.release();

        assertThat(second.joined()).isTrue();
        assertThat(second.runId()).isEqualTo(first.runId());
        assertThat(second.await(PATIENCE)).isEqualTo(first.await(PATIENCE));
    }

    @Test
    void twoAtOnceShareARun() {
        var one = CompletableFuture.supplyAsync(() -> client.recover(asking(50)));
        var other = CompletableFuture.supplyAsync(() -> client.recover(asking(60)));
        steps.mayValidate.release();

        assertThat(one.join().runId()).isEqualTo(other.join().runId());
        assertThat(one.join().joined()).isNotEqualTo(other.join().joined());
        assertThat(one.join().await(PATIENCE).outcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void aRunGoesOnUntilItCoversWhatJoinedIt() {
        Recovery first = client.recover(asking(50));
        OneStepAtATime.acquire(steps.validating);
        Recovery second = client.recover(asking(101));

        steps.mayValidate.release(2);

        assertThat(second.runId()).isEqualTo(first.runId());
        ReanchorResult result = first.await(PATIENCE);
        assertThat(result.earlier())
                .as("a round that reached 100, and one that reached 101")
                .hasSize(1);
        assertThat(second.await(PATIENCE)).isEqualTo(result);
    }

    @Test
    void startsAnewWhenWhatRanIsGivenUp() {
        steps.maySettle.drainPermits();
        Recovery first = client.recover(asking(50));
        OneStepAtATime.acquire(steps.validating);
        client.abort(first.symbol(), "no need");
        OneStepAtATime.acquire(steps.settling);
        var second = CompletableFuture.supplyAsync(() -> client.recover(asking(60), PATIENCE));

        steps.maySettle.release(1);
        steps.mayValidate.release(2);

        assertThat(second.join().runId()).isNotEqualTo(first.runId());
        assertThat(second.join().joined()).isFalse();
        assertThat(second.join().await(PATIENCE).outcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void aRunThatHasEndedAbortsNoOtherRun() {
        Recovery first = client.recover(asking(50));
        OneStepAtATime.acquire(steps.validating);
        first.abort("no need");
        assertThat(first.await(PATIENCE).outcome()).isEqualTo(Outcome.ROLLED_BACK);
        Recovery second = client.recover(asking(60));
        OneStepAtATime.acquire(steps.validating);

        assertThat(refused(() -> first.abort("again")).type()).isEqualTo(FailureTypes.TOO_LATE);

        steps.mayValidate.release(2); // of the first, too: its attempt still hangs
        assertThat(second.await(PATIENCE).outcome()).isEqualTo(Outcome.COMMITTED);
    }

    @Test
    void anAbortIsAResult() {
        Recovery recovery = client.recover(asking(50));
        OneStepAtATime.acquire(steps.validating);

        client.abort(symbol, "no need");
        ReanchorResult result = recovery.await(PATIENCE);

        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.ABORTED);
        assertThat(result.undone()).containsExactly("settle: flag");
        assertThat(refused(() -> client.abort(symbol, "again")).type()).isEqualTo(FailureTypes.TOO_LATE);
    }

    @Test
    void aCancelledRunTellsHowItEnded() {
        Recovery recovery = client.recover(asking(50));
        OneStepAtATime.acquire(steps.validating);

        temporal().newUntypedWorkflowStub(recovery.workflowId()).cancel();

        assertThat(recovery.await(PATIENCE).outcome()).isEqualTo(Outcome.ROLLED_BACK);
    }

    @Test
    void aTerminatedRunIsNoResult() {
        Recovery recovery = client.recover(asking(50));
        OneStepAtATime.acquire(steps.validating);

        temporal().newUntypedWorkflowStub(recovery.workflowId()).terminate("test");

        ReanchorException closed = refused(() -> recovery.await(PATIENCE));
        assertThat(closed.type()).isEqualTo(ReanchorException.CLOSED);
        assertThat(closed.getMessage()).contains(symbol, "recover again");
    }

    @Test
    void waitsNoLongerThanTheCaller() {
        Recovery recovery = client.recover(asking(50));

        ReanchorException late = refused(() -> recovery.await(Duration.ofMillis(300)));

        assertThat(late.type()).isEqualTo(ReanchorException.NO_ANSWER);
        assertThat(late.retryable()).isTrue();
    }

    @Test
    void doesNotHangWithoutAWorker() {
        workers.shutdownNow();
        workers.awaitTermination(10, java.util.concurrent.TimeUnit.SECONDS);
        try (ReanchorClient hasty = ReanchorClient.over(
                temporal(), options().withTaskQueue("nobody").withCallTimeout(Duration.ofMillis(700)))) {

            ReanchorException refused = refused(() -> hasty.recover(asking(50)));

            assertThat(refused.type()).isEqualTo(ReanchorException.NO_ANSWER);
            assertThat(refused.getMessage()).contains(symbol, "no worker", "\"nobody\"", "start one");
        }
    }

    @Test
    void knowsNoRecoveryOfAnUnknownSymbol() {
        assertThat(refused(() -> client.status("NONE")).type()).isEqualTo(ReanchorException.NOT_FOUND);
        assertThat(refused(() -> client.abort("NONE", "x")).type()).isEqualTo(ReanchorException.NOT_FOUND);
        assertThat(refused(() -> client.follow("NONE")).type()).isEqualTo(ReanchorException.NOT_FOUND);
    }

    static ReanchorException refused(Runnable call) {
        return Objects.requireNonNull(catchThrowableOfType(ReanchorException.class, call::run), "it wasn't refused");
    }
}
