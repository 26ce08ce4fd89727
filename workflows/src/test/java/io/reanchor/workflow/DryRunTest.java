package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FakeActivities.Gate;
import io.reanchor.workflow.ReanchorActivities.Settle;
import io.temporal.client.WorkflowStub;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Everything but the cut-over. */
class DryRunTest {
    private static final ReanchorRequest DRY = SagaRig.REQUEST.with(CutOverMode.NEVER, 60);

    @Test
    void stagesProvesComparesAndLetsGo() {
        try (SagaRig rig = new SagaRig()) {
            WorkflowStub run = rig.start(DRY);
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).as("%s", result.failure()).isEqualTo(Outcome.REHEARSED);
            assertThat(result.comparison()).isEqualTo(FakeActivities.comparison());
            assertThat(result.receipt()).isNull();
            assertThat(rig.steps.calls("Swap")).isEmpty();
            assertThat(((Settle) rig.steps.calls("Settle").get(0).order()).keepStaged())
                    .isTrue();
            assertThat(rig.steps.keys).as("kept for inspection").containsExactlyInAnyOrder("book", "bars", "features");
            assertThat(result.undone()).containsExactly("settle: flag");
            assertThat(SagaRig.status(run).stage()).isEqualTo(Stage.REHEARSED);
            rig.replay(run);
        }
    }

    @Test
    void tellsWhatWouldHaveRefusedIt() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.checks = List.of(new ValidationReport.Check("UNCROSSED", true, false, "bid < ask", "3 >= 2"));

            ReanchorResult result = rig.result(rig.start(DRY));

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(rig.steps.keys).containsExactlyInAnyOrder("book", "bars", "features");
        }
    }

    @Test
    void joinsNothingAndNothingJoinsIt() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("Validate", gate);
            WorkflowStub run = rig.start(DRY);
            gate.awaitReached();

            assertThat(SagaRig.refused(SagaRig.report(run, SagaRig.asking("r-2", FeedGap.UNKNOWN)))
                            .getType())
                    .as("a report waits for the dry run's end, and starts anew")
                    .isEqualTo(FailureTypes.NOT_COVERED);
            gate.close();
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.REHEARSED);
        }
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("Validate", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            assertThat(SagaRig.refused(SagaRig.report(
                                    run, SagaRig.asking("r-2", FeedGap.UNKNOWN).with(CutOverMode.NEVER, 60)))
                            .getType())
                    .isEqualTo(FailureTypes.NOT_COVERED);
            gate.close();
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }
}
