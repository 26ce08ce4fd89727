package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.RevertPlan.Where;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RevertWorkflowTest {
    private static final Where GAP_LEFT = new Where(900L, 450L);

    private static RevertRequest revert(boolean dryRun, int pauseSeconds) {
        return new RevertRequest("BTCUSDT", null, dryRun, pauseSeconds, "the bars were wrong", "ann");
    }

    private static WorkflowStub start(SagaRig rig, RevertRequest request) {
        WorkflowStub run = rig.temporal
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        "Revert",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId("reanchor-BTCUSDT")
                                .setTaskQueue(TaskQueues.REANCHOR)
                                .build());
        run.start(request);
        return run;
    }

    @Test
    void putsBackUnderTheFlag() {
        try (SagaRig rig = new SagaRig()) {
            WorkflowStub run = start(rig, revert(false, 0));
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(Objects.requireNonNull(result.receipt()).generation()).isEqualTo("9-revert");
            assertThat(Objects.requireNonNull(result.revert()).carried()).isTrue();
            assertThat(rig.steps.order()).containsExactly("RaiseFlag");
            assertThat(rig.reverts.reverts).hasSize(1);
            assertThat(rig.reverts.reverts.get(0).generation()).isEqualTo("8-new");
            assertThat(rig.reverts.reverts.get(0).regardless()).isFalse();
            assertThat(result.timeline())
                    .extracting(ReanchorStatus.StageEntry::stage)
                    .containsExactly(Stage.STARTED, Stage.RAISING_FLAG, Stage.SWAPPING, Stage.COMMITTED);
            rig.replay(run);
        }
    }

    @Test
    void tellsBeforehandWhatItWouldDo() {
        try (SagaRig rig = new SagaRig()) {
            rig.reverts.reached = GAP_LEFT;
            ReanchorResult result = rig.result(start(rig, revert(true, 0)));

            assertThat(result.outcome()).isEqualTo(Outcome.REHEARSED);
            assertThat(Objects.requireNonNull(result.revert()).thrownAway()).containsExactly("updates 901..1000");
            assertThat(rig.steps.calls()).as("not even the flag").isEmpty();
            assertThat(rig.reverts.reverts).isEmpty();
        }
    }

    @Test
    void refusesWhatNoJournalCarriesOn() {
        try (SagaRig rig = new SagaRig()) {
            rig.reverts.reached = GAP_LEFT;
            ReanchorResult result = rig.result(start(rig, revert(false, 0)));

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            ReanchorResult.Failure failure = Objects.requireNonNull(result.failure());
            assertThat(failure.type()).isEqualTo(FailureTypes.NOT_CARRIED);
            assertThat(failure.message()).contains("updates 901..1000", "--pause-recoveries");
            assertThat(rig.steps.calls()).isEmpty();
            assertThat(rig.reverts.reverts).isEmpty();
        }
    }

    /** Story 15: nobody else may ever report what the old state lacks. */
    @Test
    void pausesRecoveriesAndReportsTheGapItself() {
        try (SagaRig rig = new SagaRig()) {
            rig.reverts.reached = GAP_LEFT;
            WorkflowStub run = start(rig, revert(false, 600));
            ReanchorResult reverted = run.update("outcome", ReanchorResult.class);
            assertThat(reverted.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.reverts.reverts.get(0).regardless()).isTrue();

            ReanchorStatus paused = SagaRig.status(run);
            while (!paused.detail().contains("paused until")) {
                paused = SagaRig.status(run);
            }
            ApplicationFailure refused = SagaRig.refused(SagaRig.report(run, SagaRig.REQUEST));
            assertThat(refused.getType()).isEqualTo(FailureTypes.PAUSED);
            assertThat(refused.getOriginalMessage()).contains("reanchor resume BTCUSDT");

            run.update("resume", Void.class, "bob");
            ReanchorResult recovered = rig.result(run); // of the run that follows in its place

            assertThat(recovered.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(Objects.requireNonNull(recovered.receipt()).generation()).isEqualTo("8-new");
            FeedGap asked =
                    ((StageMarketData) rig.steps.calls("StageSnapshot").get(0).order()).gap();
            assertThat(asked).isEqualTo(new FeedGap(901L, 1_000L, 451L, 500L, null));
            rig.replay(run);
        }
    }

    @Test
    void aPauseEndsByItself() {
        try (SagaRig rig = new SagaRig()) {
            WorkflowStub run = start(rig, revert(false, 600));
            run.update("outcome", ReanchorResult.class);
            rig.temporal.sleep(Duration.ofSeconds(601));

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.calls("StageSnapshot"))
                    .as("nothing was left out, so nothing is recovered")
                    .isEmpty();
        }
    }

    @Test
    void reportsAtOnceWhatTheJournalsDidNotBring() {
        try (SagaRig rig = new SagaRig()) {
            rig.reverts.followed = new Where(950L, 500L); // they were whole when it was planned
            ReanchorResult recovered = rig.result(start(rig, revert(false, 0)));

            assertThat(Objects.requireNonNull(recovered.receipt()).generation()).isEqualTo("8-new");
            FeedGap asked =
                    ((StageMarketData) rig.steps.calls("StageSnapshot").get(0).order()).gap();
            assertThat(asked).isEqualTo(new FeedGap(951L, 1_000L, null, null, null));
        }
    }

    @Test
    void aLostReplyIsSettled() {
        try (SagaRig rig = new SagaRig()) {
            rig.reverts.beforeRevert = () -> {
                throw ApplicationFailure.newNonRetryableFailure("made to fail", FailureTypes.FENCED);
            };
            ReanchorResult result = rig.result(start(rig, revert(false, 0)));

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(rig.steps.calls("Settle")).hasSize(1);
            assertThat(rig.steps.keys).isEmpty();
        }
    }

    @Test
    void canBeAbortedBeforeTheTransactionOnly() {
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.before("RaiseFlag", gate);
            WorkflowStub run = start(rig, revert(false, 0));
            gate.awaitReached();

            run.update("abort", Void.class, "no");

            ReanchorResult result = rig.result(run);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.ABORTED);
            assertThat(rig.reverts.reverts).isEmpty();
        }
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.reverts.beforeRevert = () -> gate.strike(1);
            WorkflowStub run = start(rig, revert(false, 0));
            gate.awaitReached();

            assertThat(SagaRig.refused(() -> run.update("abort", Void.class, "no"))
                            .getOriginalMessage())
                    .contains("too late to abort");
            assertThat(SagaRig.refused(SagaRig.report(run, SagaRig.REQUEST)).getType())
                    .isEqualTo(FailureTypes.NOT_COVERED);
            gate.close();
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }
}
