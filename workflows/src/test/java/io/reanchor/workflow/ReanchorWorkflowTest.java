package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FakeActivities.Call;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ReanchorWorkflowTest {

    @Test
    void commitsStepByStep() {
        try (SagaRig rig = new SagaRig()) {
            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(result.receipt()).isEqualTo(rig.steps.receipt(false));
            assertThat(rig.steps.order())
                    .containsExactlyInAnyOrderElementsOf(FakeActivities.STEPS)
                    .startsWith("RaiseFlag")
                    .endsWith("BuildFeatures", "Validate", "Swap");
            assertThat(result.timeline())
                    .extracting(ReanchorStatus.StageEntry::stage)
                    .containsExactly(
                            Stage.STARTED,
                            Stage.RAISING_FLAG,
                            Stage.STAGING,
                            Stage.BUILDING_FEATURES,
                            Stage.VALIDATING,
                            Stage.SWAPPING,
                            Stage.COMMITTED);
            assertThat(SagaRig.status(run).result()).isEqualTo(result);
            assertThat(StatusText.markdown(SagaRig.status(run)))
                    .contains(
                            "| | live before | as checked |",
                            "| update | 90 | 100 |",
                            "| best bid | `99 x 1` | `100 x 2` |",
                            "| best ask | `none` | `101 x 3` |");
            rig.replay(run);
        }
    }

    @Test
    void keepsTheHistorySmall() {
        try (SagaRig rig = new SagaRig()) {
            WorkflowStub run = rig.start();
            rig.result(run);

            long bytes = rig.temporal.getWorkflowExecutionHistory(run.getExecution()).getEvents().stream()
                    .mapToLong(e -> e.getSerializedSize())
                    .sum();
            System.out.printf("a committed run's history: %d bytes%n", bytes);
            assertThat(bytes).isLessThan(40_000);
        }
    }

    @Test
    void givesEachStepItsLimits() {
        try (SagaRig rig = new SagaRig()) {
            rig.recover();

            for (Call call : rig.steps.calls()) {
                boolean swap = call.step().equals("Swap");
                boolean fetches = call.step().startsWith("Stage");
                Duration whole = call.info().getScheduleToCloseTimeout();
                Duration attempt = call.info().getStartToCloseTimeout();
                assertThat(whole)
                        .as(call.step())
                        .isLessThanOrEqualTo(Duration.ofSeconds(31))
                        .isGreaterThan(Duration.ofSeconds(20));
                assertThat(attempt).as(call.step()).isEqualTo(fetches ? whole : Duration.ofSeconds(10));
                assertThat(swap ? whole : Duration.ofSeconds(30)).isEqualTo(Duration.ofSeconds(30));
                assertThat(call.info().getHeartbeatTimeout())
                        .as(call.step())
                        .isEqualTo(fetches ? Duration.ofSeconds(5) : Duration.ZERO);
            }
            var raise = (ReanchorActivities.RaiseFlag)
                    rig.steps.calls("RaiseFlag").get(0).order();
            assertThat(raise.flagTtl()).isBetween(Duration.ofSeconds(55), Duration.ofSeconds(60));
        }
    }

    @Test
    void refusesWhatABlockingCheckRefuses() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.checks = List.of(
                    new ValidationReport.Check("UNCROSSED", true, false, "best bid < best ask", "3 >= 2"),
                    new ValidationReport.Check("PRICE_NEAR", false, false, "within 1 %", "2 %"),
                    new ValidationReport.Check("DEPTH_MIN", true, false, "at least 20 levels", "3"));

            WorkflowStub run = rig.start();
            ApplicationFailure failure = ended(run);

            assertThat(failure.getType()).isEqualTo(FailureTypes.CHECK_FAILED);
            assertThat(failure.getOriginalMessage())
                    .contains("BTCUSDT", "UNCROSSED expected best bid < best ask, found 3 >= 2", "DEPTH_MIN expected")
                    .doesNotContain("PRICE_NEAR");
            ReanchorResult result = failure.getDetails().get(ReanchorResult.class);
            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(result.undone())
                    .containsExactly("settle: bars", "settle: book", "settle: features", "settle: flag");
            assertThat(rig.steps.keys).isEmpty();
            assertThat(rig.steps.calls("Swap")).isEmpty();
            rig.replay(run);
        }
    }

    @Test
    void readsWarningsWithoutStopping() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.checks = List.of(new ValidationReport.Check("PRICE_NEAR", false, false, "within 1 %", "2 %"));

            assertThat(rig.recover().outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void endsBenignWhenAborted() {
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.before("Validate", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            run.update("abort", Void.class, "wrong symbol");

            ApplicationFailure failure = ended(run);

            assertThat(failure.getType()).isEqualTo(FailureTypes.ABORTED);
            assertThat(failure.getCategory()).isEqualTo(ApplicationErrorCategory.BENIGN);
            assertThat(failure.getOriginalMessage()).contains("BTCUSDT", "VALIDATING", "wrong symbol");
        }
    }

    static ApplicationFailure ended(WorkflowStub run) {
        return SagaRig.failure(
                Assertions.assertThrows(WorkflowFailedException.class, () -> run.getResult(ReanchorResult.class)));
    }
}
