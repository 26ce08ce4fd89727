package io.reanchor.workflow;

import static io.reanchor.workflow.FakeActivities.failing;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.workflow.FakeActivities.Call;
import io.reanchor.workflow.FakeActivities.Fault;
import io.reanchor.workflow.FakeActivities.Gate;
import io.reanchor.workflow.ReanchorActivities.StageMarketData;
import io.reanchor.workflow.ValidationReport.Check;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What passes within the deadline is outlasted, by calling again, or by staging anew. */
class PatienceTest {
    private static final Fault AWAY = failing(FailureTypes.REDIS_UNAVAILABLE, true);
    private static final Fault FENCED = failing(FailureTypes.FENCED, false);
    private static final Check TOO_OLD = new Check(ValidationReport.FRESH, true, false, "at most 10000 ms", "12000 ms");
    private static final Check CROSSED = new Check("UNCROSSED", true, false, "bid < ask", "3 >= 2");

    private static Stream<String> steps() {
        return FakeActivities.STEPS.stream();
    }

    private static Stream<String> fencedSteps() {
        return steps().filter(step -> !step.equals("RaiseFlag") && !step.equals("Swap"));
    }

    /** Over all calls of a step, unlike an attempt's number, which begins anew with each. */
    private static Fault firstTimes(int times, Fault fault) {
        AtomicInteger struck = new AtomicInteger();
        return attempt -> {
            if (struck.incrementAndGet() <= times) {
                fault.strike(attempt);
            }
        };
    }

    private static ReanchorResult.Failure failure(ReanchorResult result) {
        return Objects.requireNonNull(result.failure(), "it didn't fail");
    }

    /** The fence lets a higher number take a lower one's keys: whatever is called later must have one. */
    private static void assertNumbersRise(SagaRig rig) {
        List<Integer> numbers = rig.steps.calls().stream()
                .filter(call -> call.order() instanceof StageMarketData && call.attempt() == 1)
                .map(call -> ((StageMarketData) call.order()).call())
                .toList();
        assertThat(numbers).doesNotHaveDuplicates();
        for (String step : List.of("StageSnapshot", "StageTrades")) {
            assertThat(rig.steps.calls(step).stream()
                            .filter(call -> call.attempt() == 1)
                            .map(call -> ((StageMarketData) call.order()).call()))
                    .isSorted();
        }
    }

    private static void awaitDetail(WorkflowStub run, String part) {
        await(run, status -> status.detail().contains(part));
    }

    /** The in-process server, unlike a real one, gets stuck when an activity completes just as it is cancelled. */
    private static void awaitLaneBeside(String step, WorkflowStub run) {
        if (step.startsWith("Stage")) {
            await(run, status -> step.equals("StageTrades") ? status.book() != null : status.bars() != null);
        }
    }

    private static void await(WorkflowStub run, Predicate<ReanchorStatus> condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.test(SagaRig.status(run))) {
            assertThat(System.nanoTime()).as("%s", SagaRig.status(run)).isLessThan(end);
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("steps")
    void redisIsOutlastedPastTheAttemptsOfOneCall(String step) {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before(step, firstTimes(10, AWAY));

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.calls(step)).hasSize(11);
            assertThat(rig.steps.calls("Settle")).isEmpty();
            assertNumbersRise(rig);
            rig.replay(run);
        }
    }

    @Test
    void aLostReplyIsAskedForAgainUntilTheReceiptTells() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.after("Swap", firstTimes(5, failing(FailureTypes.OUTCOME_UNKNOWN, true)));

            assertThat(rig.recover().outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.calls("Swap")).hasSize(6);
            assertThat(rig.steps.calls("Settle")).isEmpty();
        }
    }

    @Test
    void bothLanesWaitAndTheStatusSaysWhyForEach() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("StageSnapshot", AWAY);
            rig.steps.before("StageTrades", AWAY);
            WorkflowStub run = rig.start();

            awaitDetail(run, "stage the trades: again in");
            awaitDetail(run, "stage the snapshot: again in");

            assertThat(SagaRig.status(run).detail()).contains("RedisUnavailable", "made to fail");
            assertThat(SagaRig.status(run).stage()).isEqualTo(Stage.STAGING);
        }
    }

    @Test
    void anAbortCutsTheWait() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("BuildFeatures", AWAY);
            WorkflowStub run = rig.start();
            awaitDetail(run, "build the features: again in");

            run.update("abort", Void.class, "no need");

            ReanchorResult result = rig.result(run);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.ABORTED);
            assertThat(rig.steps.keys).isEmpty();
            assertThat(rig.steps.order()).endsWith("Settle");
            rig.replay(run);
        }
    }

    @Test
    void theDeadlineEndsTheWaitAndSaysWhatForItWas() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Validate", AWAY);

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.DEADLINE);
            assertThat(failure(result).message()).contains("VALIDATING", "RedisUnavailable");
            assertThat(Duration.between(result.timeline().get(0).at(), result.endedAt()))
                    .isBetween(Duration.ofSeconds(29), Duration.ofSeconds(32));
            rig.replay(run);
        }
    }

    @Test
    void theDeadlineEndsTryingToCutOverAndSettlingTells() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Swap", AWAY);

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.REDIS_UNAVAILABLE);
            assertThat(rig.steps.calls("Swap").size()).isGreaterThan(9);
            assertThat(rig.steps.keys).isEmpty();
            rig.replay(run);
        }
    }

    @ParameterizedTest
    @MethodSource("fencedSteps")
    void whatAFailoverLostIsStagedAnew(String step) {
        try (SagaRig rig = new SagaRig()) {
            CompletableFuture<WorkflowStub> started = new CompletableFuture<>();
            rig.steps.before(step, firstTimes(1, attempt -> {
                awaitLaneBeside(step, started.join());
                FENCED.strike(attempt);
            }));

            WorkflowStub run = rig.start();
            started.complete(run);
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.calls("RaiseFlag")).hasSize(2);
            assertThat(rig.steps.calls("StageSnapshot")).hasSize(2);
            assertThat(rig.steps.calls("StageTrades")).hasSize(2);
            assertNumbersRise(rig);
            rig.replay(run);
        }
    }

    @Test
    void aLaneOfTheRoundBeforeCallsNoMore() {
        try (SagaRig rig = new SagaRig()) {
            CompletableFuture<WorkflowStub> started = new CompletableFuture<>();
            rig.steps.before("StageTrades", firstTimes(3, AWAY));
            rig.steps.before("StageSnapshot", firstTimes(1, attempt -> {
                awaitDetail(started.join(), "again in");
                FENCED.strike(attempt);
            }));

            WorkflowStub run = rig.start();
            started.complete(run);
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);

            assertThat(rig.steps.calls("StageTrades")).hasSize(4);
            rig.replay(run);
        }
    }

    @Test
    void aRefusedClaimIsNotMadeAgain() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("RaiseFlag", FENCED);

            ReanchorResult result = rig.recover();

            assertThat(failure(result).type()).isEqualTo(FailureTypes.FENCED);
            assertThat(rig.steps.calls("RaiseFlag")).hasSize(1);
        }
    }

    /** Its EXEC may have gone live on a primary that is gone: what is staged anew would bear the same generation. */
    @Test
    void aFencedCutOverIsSettledAndNothingStagedAnew() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Swap", firstTimes(1, FENCED));

            ReanchorResult result = rig.recover();

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.FENCED);
            assertThat(failure(result).tryAgain()).isTrue();
            assertThat(rig.steps.calls("StageSnapshot")).hasSize(1);
            assertThat(rig.steps.order()).endsWith("Settle");
        }
    }

    @Test
    void anAbortCutsTheMomentBeforeStagingAnew() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Validate", FENCED);
            WorkflowStub run = rig.start();
            awaitDetail(run, "staging anew");

            run.update("abort", Void.class, "no need");

            assertThat(failure(rig.result(run)).type()).isEqualTo(FailureTypes.ABORTED);
            assertThat(rig.steps.order()).endsWith("Settle");
            rig.replay(run);
        }
    }

    @Test
    void theDeadlineEndsStagingAnew() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Validate", FENCED);

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isIn(FailureTypes.FENCED, FailureTypes.DEADLINE);
            assertThat(rig.steps.keys).isEmpty();
        }
    }

    @Test
    void aSnapshotThatGrewTooOldIsFetchedAgainAlone() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.checks = List.of(TOO_OLD);
            rig.steps.after("Validate", attempt -> rig.steps.checks = List.of());

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(rig.steps.order()).endsWith("Validate", "StageSnapshot", "BuildFeatures", "Validate", "Swap");
            assertThat(rig.steps.calls("StageTrades")).hasSize(1);
            assertNumbersRise(rig);
            rig.replay(run);
        }
    }

    @Test
    void aSnapshotThatIsAlwaysTooOldIsRefused() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.checks = List.of(TOO_OLD);

            ReanchorResult result = rig.recover();

            assertThat(failure(result).type()).isEqualTo(FailureTypes.CHECK_FAILED);
            assertThat(failure(result).message()).contains("FRESH expected at most 10000 ms, found 12000 ms");
            assertThat(rig.steps.calls("StageSnapshot")).hasSize(3);
        }
    }

    @Test
    void whatElseIsWrongWithItIsNotMendedByAnother() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.checks = List.of(TOO_OLD, CROSSED);

            assertThat(failure(rig.recover()).type()).isEqualTo(FailureTypes.CHECK_FAILED);
            assertThat(rig.steps.calls("StageSnapshot")).hasSize(1);
        }
    }

    /** What an earlier round staged is no measure for a report that comes while it is staged anew. */
    @Test
    void aReportWhileStagingAnewIsMeasuredByTheNewRound() {
        try (SagaRig rig = new SagaRig();
                Gate gate = new Gate()) {
            rig.steps.before("Validate", firstTimes(1, FENCED));
            AtomicInteger snapshots = new AtomicInteger();
            rig.steps.before("StageSnapshot", attempt -> {
                if (snapshots.incrementAndGet() == 2) {
                    rig.steps.stagedUpdateId = 2_000;
                    gate.strike(attempt);
                }
            });
            WorkflowStub run = rig.start();
            Thread time = new Thread(() -> rig.result(run), "skips-time");
            time.start();
            gate.awaitReached();

            var report = SagaRig.report(run, SagaRig.asking("r-2", new FeedGap(null, 1_500L, 401L, 450L, null)));
            gate.close();

            assertThat(report.getResult().joined()).isTrue();
            assertThat(rig.result(run).outcome()).isEqualTo(Outcome.COMMITTED);
            Call second = rig.steps.calls("StageSnapshot").get(1);
            assertThat(((StageMarketData) second.order()).call()).isGreaterThan(2);
        }
    }
}
