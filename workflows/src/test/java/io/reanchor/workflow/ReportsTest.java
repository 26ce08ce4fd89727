package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FakeActivities.Gate;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.temporal.client.WorkflowStub;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportsTest {
    private static final FeedGap COVERED = new FeedGap(null, 1_000L, 400L, 500L, null);
    private static final FeedGap BEYOND = new FeedGap(null, 1_001L, null, null, null);

    @Test
    void theStartersReportDoesNotJoin() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("RaiseFlag", gate);
            WorkflowStub run = rig.start();

            ReportReceipt receipt = SagaRig.report(run, SagaRig.REQUEST).getResult();

            assertThat(receipt.joined()).isFalse();
            assertThat(receipt.runId()).isEqualTo(run.getExecution().getRunId());
        }
    }

    @Test
    void aReportBeforeStagingWidensIt() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("RaiseFlag", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            ReportReceipt receipt =
                    SagaRig.report(run, SagaRig.asking("r-2", BEYOND)).getResult();
            gate.close();

            assertThat(receipt.joined()).isTrue();
            assertThat(receipt.stage()).isEqualTo(Stage.RAISING_FLAG);
            rig.result(run);
            StageMarketData staged =
                    (StageMarketData) rig.steps.calls("StageSnapshot").get(0).order();
            assertThat(staged.gap().lastUpdateId()).isEqualTo(1_001L);
            assertThat(staged.gap().firstUpdateId()).isEqualTo(901L);
            rig.replay(run);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"BuildFeatures", "Validate", "Swap"})
    void aLaterReportIsMeasuredByWhatIsStaged(String step) {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before(step, gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            ReportReceipt covered =
                    SagaRig.report(run, SagaRig.asking("r-2", COVERED)).getResult();
            var refused = SagaRig.refused(SagaRig.report(run, SagaRig.asking("r-3", BEYOND)));
            gate.close();

            assertThat(covered.joined()).isTrue();
            assertThat(refused.getType()).isEqualTo(FailureTypes.NOT_COVERED);
            assertThat(refused.getOriginalMessage())
                    .contains("BTCUSDT", "1000", "1001", "report again when it has ended");
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            rig.replay(run);
        }
    }

    @Test
    void aReportWhileStagingWaitsForIt() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("StageSnapshot", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            var covered = SagaRig.report(run, SagaRig.asking("r-2", COVERED));
            var beyond = SagaRig.report(run, SagaRig.asking("r-3", BEYOND));
            ReportReceipt same = SagaRig.report(run, SagaRig.asking("r-4", SagaRig.REQUEST.gap()))
                    .getResult();
            assertThat(covered.getResultAsync()).isNotDone();
            gate.close();

            assertThat(same.joined()).as("the same gap waits for nothing").isTrue();
            assertThat(covered.getResult().stage()).isEqualTo(Stage.STAGING);
            assertThat(SagaRig.refused(beyond).getType()).isEqualTo(FailureTypes.NOT_COVERED);
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            rig.replay(run);
        }
    }

    @Test
    void aReportThatWaitedIsRefusedWhenTheRunIsGivenUp() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.holdLaneBeside("StageSnapshot");
            rig.steps.before("StageSnapshot", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            var waiting = SagaRig.report(run, SagaRig.asking("r-2", COVERED));

            run.update("abort", Void.class, "no need");

            assertThat(SagaRig.refused(waiting).getType()).isEqualTo(FailureTypes.NOT_COVERED);
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.ROLLED_BACK);
            rig.replay(run);
        }
    }

    @Test
    void aReportForAnotherSymbolIsRefused() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("RaiseFlag", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            var other = new ReanchorRequest("ETHUSDT", FeedGap.UNKNOWN, "", "", "r-2");
            var refused = SagaRig.refused(SagaRig.report(run, other));

            assertThat(refused.getOriginalMessage()).contains("ETHUSDT", "BTCUSDT", "reanchor-ETHUSDT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"btcusdt", "", "BTC:USDT", "{BTCUSDT}", "BTC*"})
    void aBadSymbolFailsTheRunByName(String symbol) {
        try (SagaRig rig = new SagaRig()) {
            var failure = ReanchorWorkflowTest.ended(rig.start(Map.of("symbol", symbol)));

            assertThat(failure.getType()).isEqualTo(FailureTypes.BAD_REQUEST);
            assertThat(failure.getOriginalMessage()).contains("expected", symbol);
            assertThat(rig.steps.calls()).isEmpty();
        }
    }

    @Test
    void aGapThatCannotBeFailsTheRunByName() {
        try (SagaRig rig = new SagaRig()) {
            var gap = Map.of("firstUpdateId", 9, "lastUpdateId", 5);

            var failure = ReanchorWorkflowTest.ended(rig.start(Map.of("symbol", "BTCUSDT", "gap", gap)));

            assertThat(failure.getType()).isEqualTo(FailureTypes.BAD_REQUEST);
            assertThat(failure.getOriginalMessage()).contains("9..5");
        }
    }

    @Test
    void aRequestOfTheSymbolAloneWillDo() {
        try (SagaRig rig = new SagaRig()) {
            assertThat(rig.result(rig.start(Map.of("symbol", "BTCUSDT"))).outcome())
                    .isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void whatCannotBeReadFailsTheRun() {
        try (SagaRig rig = new SagaRig()) {
            var failure = ReanchorWorkflowTest.ended(rig.start(Map.of("symbol", "BTCUSDT", "gap", "rubbish")));

            assertThat(failure.getType()).contains("DataConverterException");
        }
    }

    @Test
    void aReportThatCannotBeReadHarmsNobody() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("RaiseFlag", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            SagaRig.refused(() -> run.update("report", ReportReceipt.class, Map.of("gap", "rubbish")));
            gate.close();

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }
}
