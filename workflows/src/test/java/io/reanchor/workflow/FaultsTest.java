package io.reanchor.workflow;

import static io.reanchor.workflow.FakeActivities.failing;
import static io.reanchor.workflow.FakeActivities.first;
import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step fails, before and after its effect, in every way; a run ends committed or rolled back, never between. */
class FaultsTest {
    private static Stream<Arguments> stepsAndMoments() {
        return FakeActivities.STEPS.stream()
                .flatMap(step -> Stream.of(Arguments.of(step, true), Arguments.of(step, false)));
    }

    private static Stream<String> beforeTheSwap() {
        return FakeActivities.STEPS.stream().filter(step -> !step.equals("Swap"));
    }

    private static void strike(SagaRig rig, String step, boolean before, FakeActivities.Fault fault) {
        if (before) {
            rig.steps.before(step, fault);
        } else {
            rig.steps.after(step, fault);
        }
    }

    private static void assertEnded(SagaRig rig, ReanchorResult result, Outcome outcome) {
        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(rig.steps.live).isEqualTo(outcome == Outcome.COMMITTED);
        assertThat(rig.steps.keys).as("staged keys and flag").isEmpty();
        assertThat(result.receipt() != null).isEqualTo(outcome == Outcome.COMMITTED);
        assertThat(result.failure() != null).isEqualTo(outcome != Outcome.COMMITTED);
    }

    private static ReanchorResult.Failure failure(ReanchorResult result) {
        return Objects.requireNonNull(result.failure(), "it didn't fail");
    }

    private static ReanchorResult told(WorkflowStub run) {
        return Objects.requireNonNull(SagaRig.status(run).result(), "it hasn't ended");
    }

    @ParameterizedTest(name = "{0}, before its effect: {1}")
    @MethodSource("stepsAndMoments")
    void aPassingFailureIsTriedAgain(String step, boolean before) {
        try (SagaRig rig = new SagaRig()) {
            strike(rig, step, before, first(2, failing(FailureTypes.REDIS_UNAVAILABLE, true)));

            assertEnded(rig, rig.recover(), Outcome.COMMITTED);

            assertThat(rig.steps.calls(step))
                    .extracting(FakeActivities.Call::attempt)
                    .containsExactly(1, 2, 3);
            assertThat(rig.steps.calls("Settle")).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}, before its effect: {1}")
    @MethodSource("stepsAndMoments")
    void aLastingFailureIsUndone(String step, boolean before) {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.holdLaneBeside(step);
            strike(rig, step, before, failing(FailureTypes.REDIS_REFUSED, false));
            boolean installed = step.equals("Swap") && !before;

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertEnded(rig, result, installed ? Outcome.COMMITTED : Outcome.ROLLED_BACK);
            assertThat(rig.steps.calls(step)).hasSize(1);
            if (!installed) {
                assertThat(failure(result).type()).isEqualTo(FailureTypes.REDIS_REFUSED);
                assertThat(failure(result).message()).contains("made to fail");
                assertThat(failure(result).tryAgain()).isFalse();
            }
            rig.replay(run);
        }
    }

    @ParameterizedTest(name = "{0}, before its effect: {1}")
    @MethodSource("stepsAndMoments")
    void attemptsAreLimited(String step, boolean before) {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.holdLaneBeside(step);
            strike(rig, step, before, failing(FailureTypes.SOURCE_UNAVAILABLE, true));
            boolean installed = step.equals("Swap") && !before;

            assertEnded(rig, rig.recover(), installed ? Outcome.COMMITTED : Outcome.ROLLED_BACK);

            assertThat(rig.steps.calls(step)).hasSize(3);
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheSwap")
    void whatNobodyForesawIsUndoneToo(String step) {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.holdLaneBeside(step);
            rig.steps.after(step, attempt -> {
                throw new IllegalStateException("boom");
            });

            ReanchorResult result = rig.recover();

            assertEnded(rig, result, Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.UNEXPECTED);
            assertThat(failure(result).message()).contains("BTCUSDT", "IllegalStateException", "boom");
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheSwap")
    void theDeadlineCutsAStepThatHangs(String step) {
        try (SagaRig rig = new SagaRig(SagaRig.within(Duration.ofMillis(1_200)));
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.holdLaneBeside(step);
            rig.steps.after(step, gate);

            long began = System.nanoTime();
            ReanchorResult result = rig.recover();

            assertEnded(rig, result, Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isIn(FailureTypes.DEADLINE, FailureTypes.STEP_TIMED_OUT);
            assertThat(System.nanoTime() - began)
                    .isLessThan(Duration.ofSeconds(20).toNanos());
        }
    }

    @Test
    void theDeadlineEndsTryingAgain() {
        try (SagaRig rig = new SagaRig(new OperationPolicy(Duration.ofSeconds(30), 1_000, Duration.ofSeconds(30)))) {
            rig.steps.before("StageSnapshot", failing(FailureTypes.STALE_SNAPSHOT, true));

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertEnded(rig, result, Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isIn(FailureTypes.DEADLINE, FailureTypes.STALE_SNAPSHOT);
            Duration took = Duration.between(result.timeline().get(0).at(), result.endedAt());
            assertThat(took).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(32));
            rig.replay(run);
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheSwap")
    void anAbortIsObeyedAtEveryStep(String step) {
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.holdLaneBeside(step);
            rig.steps.before(step, gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            run.update("abort", Void.class, "no need");

            ReanchorResult result = rig.result(run);
            assertEnded(rig, result, Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.ABORTED);
            assertThat(failure(result).message()).contains("no need");
            rig.replay(run);
        }
    }

    @ParameterizedTest
    @MethodSource("beforeTheSwap")
    void aCancelIsUndoneFirst(String step) {
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.holdLaneBeside(step);
            rig.steps.before(step, gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            run.cancel();

            assertCanceled(run);
            ReanchorResult result = told(run);
            assertEnded(rig, result, Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.ABORTED);
            rig.replay(run);
        }
    }

    @Test
    void aCancelDuringTheSwapCommits() {
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.before("Swap", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();
            run.cancel();
            gate.close();

            assertCanceled(run);
            assertEnded(rig, told(run), Outcome.COMMITTED);
            assertThat(rig.steps.calls("Settle")).isEmpty();
            rig.replay(run);
        }
    }

    private static void assertCanceled(WorkflowStub run) {
        var closed = Assertions.assertThrows(WorkflowFailedException.class, () -> run.getResult(ReanchorResult.class));
        assertThat(closed.getCause()).isInstanceOf(CanceledFailure.class);
    }

    @Test
    void anAbortDuringTheSwapIsTooLate() {
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.before("Swap", gate);
            WorkflowStub run = rig.start();
            gate.awaitReached();

            var refused = SagaRig.refused(() -> run.update("abort", Void.class, "too late"));
            gate.close();

            assertThat(refused.getOriginalMessage()).contains("too late", "SWAPPING");
            assertEnded(rig, rig.result(run), Outcome.COMMITTED);
        }
    }

    @Test
    void theDeadlineDuringTheSwapCutsNothing() {
        try (SagaRig rig = new SagaRig(SagaRig.within(Duration.ofSeconds(3)))) {
            // Two failing attempts with a long pause: the deadline passes between them.
            rig.steps.before("Swap", first(2, attempt -> {
                throw ApplicationFailure.newBuilder()
                        .setType(FailureTypes.REDIS_UNAVAILABLE)
                        .setMessage("a moment")
                        .setNextRetryDelay(Duration.ofSeconds(5))
                        .build();
            }));

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertEnded(rig, result, Outcome.COMMITTED);
            assertThat(Duration.between(result.timeline().get(0).at(), result.endedAt()))
                    .isGreaterThan(Duration.ofSeconds(9));
            rig.replay(run);
        }
    }

    @Test
    void aLostReplyIsLookedUp() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.after("Swap", failing(FailureTypes.OUTCOME_UNKNOWN, true));

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertEnded(rig, result, Outcome.COMMITTED);
            assertThat(Objects.requireNonNull(result.receipt()).resolved()).isTrue();
            assertThat(rig.steps.order()).endsWith("Swap", "Swap", "Swap", "Settle");
            rig.replay(run);
        }
    }

    @Test
    void aSwapThatDidNotHappenIsNotUnknown() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Swap", failing(FailureTypes.OUTCOME_UNKNOWN, true));

            ReanchorResult result = rig.recover();

            assertEnded(rig, result, Outcome.ROLLED_BACK);
            assertThat(failure(result).type()).isEqualTo(FailureTypes.REDIS_UNAVAILABLE);
            assertThat(failure(result).message()).contains("settled since");
        }
    }

    @Test
    void settlingIsAskedUntilItAnswers() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.before("Validate", failing(FailureTypes.REDIS_UNAVAILABLE, true));
            AtomicInteger asked = new AtomicInteger();
            rig.steps.before("Settle", attempt -> {
                if (asked.incrementAndGet() <= 40) {
                    failing(FailureTypes.REDIS_UNAVAILABLE, attempt % 2 == 1).strike(attempt);
                }
            });

            WorkflowStub run = rig.start();
            ReanchorResult result = rig.result(run);

            assertEnded(rig, result, Outcome.ROLLED_BACK);
            assertThat(asked).hasValue(41);
            assertThat(result.undone()).contains("settle: flag");
            rig.replay(run);
        }
    }

    @Test
    void theStatusSaysWhySettlingWaits() {
        try (SagaRig rig = new SagaRig();
                FakeActivities.Gate gate = new FakeActivities.Gate()) {
            rig.steps.before("BuildFeatures", failing(FailureTypes.REDIS_REFUSED, false));
            AtomicInteger asked = new AtomicInteger();
            rig.steps.before("Settle", attempt -> {
                if (asked.incrementAndGet() == 1) {
                    failing(FailureTypes.REDIS_REFUSED, false).strike(attempt);
                }
                gate.strike(attempt);
            });
            WorkflowStub run = rig.start();
            rig.temporal.sleep(Duration.ofSeconds(6));
            gate.awaitReached();

            ReanchorStatus status = SagaRig.status(run);
            gate.close();

            assertThat(status.stage()).isEqualTo(Stage.UNDOING);
            assertThat(status.detail()).contains("settling is tried again", "RedisRefused");
            assertEnded(rig, rig.result(run), Outcome.ROLLED_BACK);
        }
    }

    @Test
    void supersededIsItsOwnOutcome() {
        try (SagaRig rig = new SagaRig()) {
            rig.steps.superseded = Outcome.SUPERSEDED;
            rig.steps.before("Swap", failing(FailureTypes.OUTCOME_UNKNOWN, true));

            WorkflowStub run = rig.start();
            var failure = ReanchorWorkflowTest.ended(run);

            assertThat(failure.getType()).isEqualTo(FailureTypes.OUTCOME_UNKNOWN);
            assertThat(failure.getDetails().get(ReanchorResult.class).outcome()).isEqualTo(Outcome.SUPERSEDED);
            assertThat(SagaRig.status(run).stage()).isEqualTo(Stage.SUPERSEDED);
        }
    }
}
