package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FakeActivities.Gate;
import io.reanchor.workflow.ReanchorActivities.CallHook;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who is asked before a cut-over, and told after it. */
class HooksTest {
    private static SagaRig rig(boolean before, boolean after) {
        return new SagaRig(new OperationPolicy(
                Duration.ofSeconds(30),
                3,
                Duration.ofSeconds(30),
                new HookPolicy(before, after, Duration.ofSeconds(5)),
                false));
    }

    private static List<CallHook> called(SagaRig rig) {
        return rig.steps.calls("CallHook").stream()
                .map(call -> (CallHook) call.order())
                .toList();
    }

    @Test
    void isAskedBeforeAndToldAfter() {
        try (SagaRig rig = rig(true, true)) {
            WorkflowStub run = rig.start();

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.order()).containsSubsequence("Validate", "CallHook", "Swap", "CallHook");
            assertThat(called(rig)).extracting(CallHook::point).containsExactly(HookPoint.values());
            CallHook before = called(rig).get(0);
            assertThat(before.outcome()).isNull();
            assertThat(Objects.requireNonNull(before.status().validation()).passed())
                    .isTrue();
            CallHook after = called(rig).get(1);
            assertThat(after.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(after.receipt()).isNotNull();
            rig.replay(run);
        }
    }

    @Test
    void withoutAnyNothingOfItStandsInTheHistory() {
        try (SagaRig rig = rig(false, false)) {
            assertThat(rig.recover().outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.order()).doesNotContain("CallHook");
        }
    }

    @Test
    void aVetoRollsBackAndIsToldAsSuch() {
        try (SagaRig rig = rig(true, true)) {
            rig.steps.before("CallHook", FakeActivities.first(1, attempt -> {
                if (rig.steps.calls("CallHook").size() == 1) {
                    FakeActivities.failing(FailureTypes.VETOED, false).strike(attempt);
                }
            }));

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.VETOED);
            assertThat(rig.steps.order()).doesNotContain("Swap");
            assertThat(rig.steps.keys).isEmpty();
            CallHook after = called(rig).get(1);
            assertThat(after.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(Objects.requireNonNull(after.failure()).type()).isEqualTo(FailureTypes.VETOED);
            rig.replay(run);
        }
    }

    @Test
    void oneThatCannotBeAskedIsAskedAgainAndThenCountsAsAVeto() {
        try (SagaRig rig = rig(true, false)) {
            rig.steps.before("CallHook", FakeActivities.failing(FailureTypes.VETOED, true));

            ReanchorResult result = rig.recover();

            assertThat(rig.steps.calls("CallHook")).hasSize(3);
            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.VETOED);
        }
    }

    @Test
    void oneThatCannotBeToldIsNoticedAndChangesNothing() {
        try (SagaRig rig = rig(false, true)) {
            rig.steps.before("CallHook", FakeActivities.failing(FailureTypes.VETOED, true));

            ReanchorResult result = rig.recover();

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(result.noticed())
                    .singleElement()
                    .asString()
                    .startsWith("the hook after the cut-over")
                    .contains("made to fail");
        }
    }

    @Test
    void whatNeverCameToACutOverIsNotTold() {
        try (SagaRig rig = rig(true, true)) {
            rig.steps.before("StageSnapshot", FakeActivities.failing(FailureTypes.UNKNOWN_SYMBOL, false));

            assertThat(rig.recover().outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(called(rig)).isEmpty();
        }
    }

    /** An approval is a person's; the hook is asked after it, when it is about to happen. */
    @Test
    void anApprovalComesFirst() {
        try (SagaRig rig = rig(true, false);
                Gate keeping = new Gate()) {
            rig.steps.before("KeepUp", keeping);
            WorkflowStub run = rig.start(SagaRig.REQUEST.with(CutOverMode.WHEN_APPROVED, 600));
            keeping.awaitReached();
            assertThat(called(rig)).isEmpty();

            run.update("approve", ApprovalReceipt.class, "ann");

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            CallHook before = called(rig).get(0);
            assertThat(Objects.requireNonNull(before.status().approval()).by()).isEqualTo("ann");
        }
    }

    @Test
    void anAbortWhileItIsAskedRollsBack() {
        try (SagaRig rig = rig(true, false);
                Gate asking = new Gate()) {
            rig.steps.before("CallHook", asking);
            WorkflowStub run = rig.start();
            asking.awaitReached();
            assertThat(SagaRig.status(run).detail()).isEqualTo("asking the hook before the cut-over");

            run.update("abort", Void.class, "changed my mind");

            ReanchorResult result = rig.result(run);
            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.ABORTED);
        }
    }

    /** Between the cut-over and the look at what a report needs there is time now: what comes then is looked at anew. */
    @Test
    void aReportWhileItIsToldIsLookedAt() {
        try (SagaRig rig = rig(false, true);
                Gate telling = new Gate()) {
            rig.steps.before("CallHook", telling);
            WorkflowStub run = rig.start();
            telling.awaitReached();
            var report = SagaRig.report(run, SagaRig.asking("again", new FeedGap(2L, 900L, null, null, null)));
            report.getResult();
            telling.close();

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.order()).containsSubsequence("Swap", "CallHook", "Follow");
        }
    }
}
