package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.ReanchorActivities.Admission;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Waiting for the exchange's weight costs a recovery nothing of its time. */
class QueueTest {
    private static final Duration OPERATION = Duration.ofSeconds(30);

    private static Admission after(Duration wait) {
        return new Admission(false, wait, 12, 130, wait.multipliedBy(3), "of 6000 weight 23 are left");
    }

    @Test
    void theWaitIsOutsideTheOperationsTimeout() {
        try (SagaRig rig = new SagaRig(SagaRig.within(OPERATION))) {
            rig.steps.admission = n -> n <= 5 ? after(Duration.ofMinutes(1)) : Admission.AT_ONCE;
            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(result.timeline())
                    .extracting(ReanchorStatus.StageEntry::stage)
                    .startsWith(Stage.STARTED, Stage.QUEUED, Stage.RAISING_FLAG, Stage.STAGING);
            ReanchorStatus status = SagaRig.status(run);
            assertThat(status.deadline())
                    .isBetween(
                            status.startedAt().plus(Duration.ofMinutes(5)).plus(OPERATION),
                            status.startedAt().plus(Duration.ofMinutes(6)).plus(OPERATION));
            assertThat(rig.steps.admitted).hasSize(6);
            assertThat(rig.steps.admitted).allMatch(step -> step.arrived().equals(status.startedAt()));
            rig.replay(run);
        }
    }

    @Test
    void whoNeedNotWaitIsNeverQueued() {
        try (SagaRig rig = new SagaRig()) {
            assertThat(rig.recover().timeline())
                    .extracting(ReanchorStatus.StageEntry::stage)
                    .doesNotContain(Stage.QUEUED);
        }
    }

    @Test
    void theStatusSaysWhyItWaitsAndAnAbortEndsItAtOnce() throws InterruptedException {
        try (SagaRig rig = new SagaRig()) {
            CountDownLatch asked = new CountDownLatch(1);
            rig.steps.admission = n -> {
                asked.countDown();
                return after(Duration.ofHours(2));
            };
            WorkflowStub run = rig.start();
            asked.await();
            ReanchorStatus status = SagaRig.status(run);
            while (status.stage() == Stage.STARTED) {
                status = SagaRig.status(run);
            }
            assertThat(status.stage()).isEqualTo(Stage.QUEUED);
            assertThat(status.deadline()).isNull();
            assertThat(status.detail())
                    .isEqualTo(
                            "waits for the exchange's weight: place 12 of 130, about 21600 s; of 6000 weight 23 are left");

            run.update("abort", Void.class, "not needed any more");
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            ReanchorResult.Failure failure = result.failure();
            assertThat(failure).isNotNull();
            assertThat(failure.type()).isEqualTo(FailureTypes.ABORTED);
            assertThat(failure.stage()).isEqualTo(Stage.QUEUED);
            assertThat(rig.steps.calls()).isEmpty();
            rig.replay(run);
        }
    }

    @Test
    void aReportThatComesWhileItWaitsWidensWhatWillBeStaged() throws InterruptedException {
        try (SagaRig rig = new SagaRig()) {
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch reported = new CountDownLatch(1);
            rig.steps.admission = n -> {
                asked.countDown();
                try {
                    return reported.await(1, java.util.concurrent.TimeUnit.MILLISECONDS)
                            ? Admission.AT_ONCE
                            : after(Duration.ofMillis(100));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            };
            WorkflowStub run = rig.start();
            asked.await();
            ReportReceipt receipt = SagaRig.report(
                            run, SagaRig.asking("r-2", new FeedGap(901L, 2_000L, 401L, 450L, null)))
                    .getResult();
            reported.countDown();

            assertThat(receipt.joined()).isTrue();
            rig.steps.stagedUpdateId = 2_000;
            rig.result(run);
            assertThat(rig.steps.calls("StageSnapshot").get(0).order())
                    .isInstanceOfSatisfying(
                            ReanchorActivities.StageMarketData.class,
                            order -> assertThat(order.gap().lastUpdateId()).isEqualTo(2_000));
        }
    }

    @Test
    void anAskingThatFailsIsRepeated() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.admission = n -> {
                if (n <= 3) {
                    throw new IllegalStateException("the worker was going down");
                }
                return Admission.AT_ONCE;
            };
            ReanchorResult result = rig.recover();
            assertThat(result.outcome()).as("%s", result.failure()).isEqualTo(Outcome.COMMITTED);
        }
    }
}
