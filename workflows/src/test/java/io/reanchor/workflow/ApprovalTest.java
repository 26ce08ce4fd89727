package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FakeActivities.Gate;
import io.reanchor.workflow.ReanchorActivities.KeepUp;
import io.reanchor.workflow.ReanchorActivities.Swap;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateHandle;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A cut-over that waits for an operator: approved at the right time, too early, too late, twice, by two at once, never. */
class ApprovalTest {
    private static final IdSpan LOST = new IdSpan(997, 998);
    private static final ReanchorRequest POSTPONED = SagaRig.REQUEST.with(CutOverMode.WHEN_APPROVED, 600);

    private static ApprovalReceipt approve(WorkflowStub run, String by) {
        return run.update("approve", ApprovalReceipt.class, by);
    }

    private static ReanchorStatus awaiting(WorkflowStub run) {
        ReanchorStatus status = SagaRig.status(run);
        while (status.stage() != Stage.AWAITING_APPROVAL) {
            assertThat(status.stage().isFinal()).as(status.toString()).isFalse();
            status = SagaRig.status(run);
        }
        return status;
    }

    @Test
    void cutsOverOnceItIsApproved() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("KeepUp", gate);
            WorkflowStub run = rig.start(POSTPONED);
            ReanchorStatus status = awaiting(run);
            gate.awaitReached();

            assertThat(status.detail()).contains("reanchor approve BTCUSDT");
            assertThat(Objects.requireNonNull(status.deadline()))
                    .isAfter(status.startedAt().plusSeconds(590));
            assertThat(rig.steps.calls("Swap")).isEmpty();

            ApprovalReceipt approval = approve(run, "ann");
            ReanchorResult result = rig.result(run);

            assertThat(approval.by()).isEqualTo("ann");
            assertThat(approval.first()).isTrue();
            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(result.approval()).isEqualTo(approval);
            assertThat(result.timeline())
                    .extracting(ReanchorStatus.StageEntry::stage)
                    .endsWith(Stage.VALIDATING, Stage.AWAITING_APPROVAL, Stage.SWAPPING, Stage.COMMITTED);
            KeepUp step = (KeepUp) rig.steps.calls("KeepUp").get(0).order();
            assertThat(step.flagTtl()).isEqualTo(Duration.ofSeconds(60));
            rig.replay(run);
        }
    }

    @Test
    void goesOnKeepingUpInLongerAndLongerSteps() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            KeptUp kept = new KeptUp(Instant.parse("2024-08-08T00:00:00Z"), 1_000L, 500L, 3L, List.of(LOST));
            rig.steps.keeping = step -> kept;
            rig.steps.before("KeepUp", attempt -> {
                if (rig.steps.calls("KeepUp").size() == 8) {
                    gate.strike(attempt);
                }
            });
            WorkflowStub run = rig.start(POSTPONED);
            gate.awaitReached();

            assertThat(SagaRig.status(run).keptUp()).isEqualTo(kept);
            approve(run, "ann");
            rig.result(run);
            Swap swap = (Swap) rig.steps.calls("Swap").get(0).order();
            assertThat(swap.staged().book().lost())
                    .as("as it stood while the journal had it")
                    .containsExactly(LOST);
            assertThat(rig.steps.calls("KeepUp"))
                    .extracting(call -> ((KeepUp) call.order()).duration().toSeconds())
                    .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
            rig.replay(run);
        }
    }

    @Test
    void isRefusedWhenThereIsNothingToApproveYet() {
        try (SagaRig rig = new SagaRig();
                Gate keeping = new Gate();
                Gate gate = new Gate()) {
            rig.steps.before("KeepUp", keeping);
            rig.steps.before("StageSnapshot", gate);
            WorkflowStub run = rig.start(POSTPONED);
            gate.awaitReached();

            ApplicationFailure refused = SagaRig.refused(() -> approve(run, "ann"));

            assertThat(refused.getOriginalMessage())
                    .contains("too early to approve", "STAGING", "approve when the status is AWAITING_APPROVAL");
            gate.close();
            awaiting(run);
            approve(run, "ann");
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void isRefusedWhereNobodyWaitsForIt() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("Validate", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            assertThat(SagaRig.refused(() -> approve(run, "ann")).getOriginalMessage())
                    .contains("doesn't wait for an approval");
            gate.close();
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void ofTwoTheFirstCounts() {
        try (SagaRig rig = new SagaRig();
                Gate keeping = new Gate();
                Gate swapping = new Gate()) {
            rig.steps.before("KeepUp", keeping);
            rig.steps.before("Swap", swapping);
            WorkflowStub run = rig.start(POSTPONED);
            keeping.awaitReached();

            WorkflowUpdateHandle<ApprovalReceipt> ann = send(run, "ann");
            WorkflowUpdateHandle<ApprovalReceipt> bob = send(run, "bob");

            assertThat(List.of(ann.getResult().first(), bob.getResult().first()))
                    .containsExactlyInAnyOrder(true, false);
            assertThat(bob.getResult().by()).isEqualTo(ann.getResult().by());
            swapping.awaitReached();
            assertThat(approve(run, "cid").first())
                    .as("too late to be the first, and no failure")
                    .isFalse();
            assertThat(SagaRig.refused(() -> run.update("abort", Void.class, "no"))
                            .getOriginalMessage())
                    .contains("too late to abort");
            swapping.close();
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.calls("Swap")).hasSize(1);
        }
    }

    private static WorkflowUpdateHandle<ApprovalReceipt> send(WorkflowStub run, String by) {
        return run.startUpdate(
                UpdateOptions.newBuilder(ApprovalReceipt.class)
                        .setUpdateName("approve")
                        .setWaitForStage(WorkflowUpdateStage.ACCEPTED)
                        .build(),
                by);
    }

    @Test
    void rollsBackWhenNobodyApprovesInTime() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("KeepUp", gate);
            WorkflowStub run = rig.start(POSTPONED.with(CutOverMode.WHEN_APPROVED, 1));
            gate.awaitReached();

            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.NOT_APPROVED);
            assertThat(rig.steps.keys).isEmpty();
            rig.replay(run);
        }
    }

    @Test
    void canBeAbortedWhileItWaits() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("KeepUp", gate);
            WorkflowStub run = rig.start(POSTPONED);
            gate.awaitReached();

            run.update("abort", Void.class, "not today");

            ReanchorResult result = rig.result(run);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.ABORTED);
            assertThat(rig.steps.keys).isEmpty();
            assertThat(rig.steps.calls("Swap")).isEmpty();
        }
    }

    @Test
    void whatWasLostMeanwhileIsStagedAnewAndNeedsAnotherApproval() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("KeepUp", attempt -> {
                if (rig.steps.calls("KeepUp").size() == 1) {
                    FakeActivities.failing(FailureTypes.FENCED, false).strike(attempt);
                }
                gate.strike(attempt);
            });
            WorkflowStub run = rig.start(POSTPONED);
            gate.awaitReached();

            ReanchorStatus status = awaiting(run);
            assertThat(status.round()).isEqualTo(2);
            assertThat(rig.steps.calls("Swap")).isEmpty();
            approve(run, "ann");

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.rounds()).containsExactly(2);
            rig.replay(run);
        }
    }

    @Test
    void aRunThatGoesOnCanBePostponed() {
        try (SagaRig rig = new SagaRig();
                Gate staging = new Gate();
                Gate keeping = new Gate()) {
            rig.steps.before("StageSnapshot", staging);
            rig.steps.before("KeepUp", keeping);
            WorkflowStub run = rig.start();
            staging.awaitReached();

            SagaRig.report(run, SagaRig.asking("r-2", FeedGap.UNKNOWN).with(CutOverMode.WHEN_APPROVED, 60))
                    .getResult();
            staging.close();
            awaiting(run);
            keeping.awaitReached();
            approve(run, "ann");

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.rounds())
                    .as("a report without an end needs another round, but no other approval")
                    .containsExactly(1, 2);
        }
    }

    @Test
    void comparesWhatIsStagedWhileItWaits() {
        try (SagaRig rig = new SagaRig();
                Gate staging = new Gate();
                Gate keeping = new Gate()) {
            rig.steps.before("StageSnapshot", staging);
            rig.steps.before("KeepUp", keeping);
            WorkflowStub run = rig.start(POSTPONED);
            staging.awaitReached();
            assertThat(SagaRig.refused(() -> run.update("compare", Comparison.class))
                            .getOriginalMessage())
                    .contains("nothing staged to compare");
            staging.close();
            keeping.awaitReached();

            assertThat(run.update("compare", Comparison.class)).isEqualTo(FakeActivities.comparison());
            approve(run, "ann");
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void tenMinutesOfWaitingLeaveASmallHistory() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("KeepUp", attempt -> {
                if (rig.steps.calls("KeepUp").size() == 8) { // 615 s of keeping up are over
                    gate.strike(attempt);
                }
            });
            WorkflowStub run = rig.start(POSTPONED.with(CutOverMode.WHEN_APPROVED, 3_600));
            gate.awaitReached();
            approve(run, "ann");
            rig.result(run);

            long bytes = rig.temporal.getWorkflowExecutionHistory(run.getExecution()).getEvents().stream()
                    .mapToLong(e -> e.getSerializedSize())
                    .sum();
            System.out.printf("a history with ten minutes of waiting for an approval: %d bytes%n", bytes);
            assertThat(bytes).isLessThan(40_000);
        }
    }
}
