package io.reanchor.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FakeActivities.Gate;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
            rig.steps.stagedUpdateId = 1_001;
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
    @ValueSource(strings = {"StageSnapshot", "BuildFeatures", "Validate", "Swap"})
    void aLaterReportThatLiveReachesCostsNoRound(String step) {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before(step, gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            ReportReceipt joined =
                    SagaRig.report(run, SagaRig.asking("r-2", COVERED)).getResult();
            gate.close();

            assertThat(joined.joined()).isTrue();
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.calls("Swap")).hasSize(1);
            rig.replay(run);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"StageSnapshot", "BuildFeatures", "Validate", "Swap"})
    void aLaterReportThatLiveDoesNotReachGetsAnotherRound(String step) {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before(step, gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            ReportReceipt joined =
                    SagaRig.report(run, SagaRig.asking("r-2", BEYOND)).getResult();
            assertThat(joined.joined()).as("answered before the run goes on").isTrue();
            rig.steps.before("RaiseFlag", attempt -> rig.steps.stagedUpdateId = 2_000);
            gate.close();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.rounds()).containsExactly(1, 2);
            assertThat(rig.asked("StageSnapshot", 1))
                    .as("only what isn't covered")
                    .isEqualTo(BEYOND);
            assertThat(result.earlier()).hasSize(1);
            assertThat(SagaRig.status(run).round()).isEqualTo(2);
            rig.replay(run);
        }
    }

    @Test
    void theFollowAfterTheCutOverCoversToo() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.followed = new Followed(1_001L, 500L, 3L, List.of("told once"));
            rig.steps.before("Swap", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            SagaRig.report(run, SagaRig.asking("r-2", BEYOND)).getResult();
            gate.close();

            ReanchorResult result = rig.result(run);
            assertThat(rig.rounds()).containsExactly(1);
            assertThat(result.noticed()).containsExactly("told once");
        }
    }

    /** A failover takes the cut-over back, and a writer that sees the id fall reports while the run is still open. */
    @Test
    void noReportIsAnsweredByALookThatIsOlder() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.after("Swap", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            rig.steps.followed = new Followed(900L, 90L, null, List.of());
            SagaRig.report(run, SagaRig.asking("r-2", COVERED)).getResult();
            rig.steps.before("RaiseFlag", attempt -> rig.steps.followed = null);
            gate.close();

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.calls("Follow")).isNotEmpty();
            assertThat(rig.rounds()).as("what went live is gone").containsExactly(1, 2);
            rig.replay(run);
        }
    }

    /** What was staged may have covered a report; only what went live does. */
    @Test
    void whatIsStagedAndDoesNotCoverIsUndoneAndStagedAnew() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Swap", attempt -> {
                if (rig.steps.calls("Swap").size() == 1) {
                    FakeActivities.failing(FailureTypes.NOT_COVERED, false).strike(attempt);
                }
            });
            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.rounds()).containsExactly(1, 2);
            assertThat(rig.steps.calls("Settle")).hasSize(1);
            assertThat(result.earlier()).isEmpty();
            assertThat(rig.asked("StageSnapshot", 1)).isEqualTo(SagaRig.REQUEST.gap());
            rig.replay(run);
        }
    }

    @Test
    void aReportWithoutAnEndIsCoveredByWhatIsFetchedAfterIt() {
        try (SagaRig rig = new SagaRig();
                Gate early = new Gate();
                Gate late = new Gate()) {
            rig.steps.before("RaiseFlag", early);
            WorkflowStub run = rig.start();
            early.awaitReached();
            SagaRig.report(run, SagaRig.asking("r-2", FeedGap.UNKNOWN)).getResult();
            rig.steps.before("Swap", late);
            early.close();
            late.awaitReached();
            SagaRig.report(run, SagaRig.asking("r-3", FeedGap.UNKNOWN)).getResult();
            late.close();

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.rounds())
                    .as("the late one needs another, the early one none")
                    .containsExactly(1, 2);
            rig.replay(run);
        }
    }

    @Test
    void aStormOfReportsCostsOneRecovery() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("Validate", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            for (int i = 0; i < 100; i++) {
                FeedGap gap = new FeedGap(901L, 901L + i, null, null, null);
                assertThat(SagaRig.report(run, SagaRig.asking("storm-" + i, gap))
                                .getResult()
                                .joined())
                        .isTrue();
            }
            gate.close();

            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.order()).containsExactlyInAnyOrderElementsOf(FakeActivities.STEPS);
        }
    }

    @Test
    void aRunThatFailsSaysSoToAllWhoJoined() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("Swap", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            SagaRig.report(run, SagaRig.asking("r-2", BEYOND)).getResult();
            rig.steps.before("RaiseFlag", FakeActivities.failing(FailureTypes.UNKNOWN_SYMBOL, false));
            gate.close();

            ReanchorResult result = rig.result(run);
            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(result.earlier())
                    .as("what the first round committed stands")
                    .hasSize(1);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.UNKNOWN_SYMBOL);
            rig.replay(run);
        }
    }

    @Test
    void aRunThatIsGivenUpTakesNoMore() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate();
                Gate settling = new Gate()) {
            rig.steps.before("Validate", gate);
            rig.steps.before("Settle", settling);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            run.update("abort", Void.class, "no need");
            settling.awaitReached();

            var refused = SagaRig.refused(SagaRig.report(run, SagaRig.asking("r-2", COVERED)));
            gate.close();
            settling.close();

            assertThat(refused.getType()).isEqualTo(FailureTypes.NOT_COVERED);
            assertThat(refused.getOriginalMessage()).contains("BTCUSDT", "report again when it has ended");
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.ROLLED_BACK);
        }
    }

    @Test
    void anotherRoundHasItsOwnDeadlineAndCanBeAborted() {
        try (SagaRig rig = new SagaRig();
                Gate swap = new Gate();
                Gate second = new Gate()) {
            rig.steps.before("Swap", swap);
            WorkflowStub run = rig.start();
            swap.awaitReached();
            Instant first = Objects.requireNonNull(SagaRig.status(run).deadline());
            rig.temporal.sleep(Duration.ofSeconds(5));
            SagaRig.report(run, SagaRig.asking("r-2", BEYOND)).getResult();
            rig.steps.before("RaiseFlag", second);
            swap.close();
            second.awaitReached();

            assertThat(SagaRig.status(run).deadline()).isAfterOrEqualTo(first.plusSeconds(5));
            run.update("abort", Void.class, "no need");
            second.close();

            ReanchorResult result = rig.result(run);
            assertThat(Objects.requireNonNull(result.failure()).type()).isEqualTo(FailureTypes.ABORTED);
            assertThat(result.earlier()).hasSize(1);
        }
    }

    @Test
    void aLongHistoryGoesOnInANewRun() {
        try (SagaRig rig = new SagaRig(OperationPolicy.DEFAULT, () -> true);
                Gate gate = new Gate()) {
            rig.steps.before("Swap", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            SagaRig.report(run, SagaRig.asking("r-2", BEYOND)).getResult();
            rig.steps.before("RaiseFlag", attempt -> rig.steps.stagedUpdateId = 2_000);
            gate.close();

            assertThat(rig.result(run).outcome())
                    .as("who awaits the first run gets the last one's")
                    .isEqualTo(Outcome.COMMITTED);
            assertThat(rig.asked("StageSnapshot", 1)).isEqualTo(BEYOND);
            assertThat(rig.rounds()).containsExactly(1, 1);
            assertThat(rig.steps.calls("Swap").get(1).info().getRunId())
                    .isNotEqualTo(rig.steps.calls("Swap").get(0).info().getRunId());
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
