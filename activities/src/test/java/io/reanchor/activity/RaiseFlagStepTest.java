package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.redis.Token;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket.Shape;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.ReanchorActivities.RaiseFlag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RaiseFlagStepTest {
    private static final Duration TTL = Duration.ofMinutes(1);
    private static final RaiseFlag STEP = new RaiseFlag(DirectSteps.SYMBOL, 1, TTL);

    @Test
    void aRunThatEndedWhileItWaitedLeavesNoFlag() throws Exception {
        try (SimulatedExchange exchange = DirectSteps.exchange(Shape.NORMAL);
                DirectSteps steps = new DirectSteps(TTL, exchange)) {
            Token other = DirectSteps.token();
            Token own = DirectSteps.token();
            steps.state.claim(DirectSteps.SYMBOL, other, TTL);
            RunRegistry runs = (workflowId, runId) -> {
                if (runId.equals(other.runId())) { // it ends now, and its flag is gone
                    steps.state.settle(DirectSteps.SYMBOL, other, null);
                }
                return runId.equals(own.runId());
            };
            RaiseFlagStep step = new RaiseFlagStep(steps.state, runs, Clock.systemUTC(), steps.requests);
            assertThatThrownBy(() -> step.run(
                            STEP, own, "reanchor-BTCUSDT", Instant.now().plus(TTL)))
                    .isInstanceOf(InterruptedException.class);
            assertThat(new LiveKeys(steps.redis, 0).flagged()).isFalse();
        }
    }

    @Test
    void aFlagOfARunThatGoesOnIsWaitedForAndThenTold() throws Exception {
        try (SimulatedExchange exchange = DirectSteps.exchange(Shape.NORMAL);
                DirectSteps steps = new DirectSteps(TTL, exchange)) {
            Token other = DirectSteps.token();
            steps.state.claim(DirectSteps.SYMBOL, other, TTL);
            RaiseFlagStep step =
                    new RaiseFlagStep(steps.state, (workflowId, runId) -> false, Clock.systemUTC(), steps.requests);

            assertThatThrownBy(() -> step.run(
                            STEP,
                            DirectSteps.token(),
                            "reanchor-BTCUSDT",
                            Instant.now().plusMillis(300)))
                    .isInstanceOfSatisfying(StepFailure.class, failure -> {
                        assertThat(failure.type()).isEqualTo(FailureTypes.FLAG_HELD);
                        assertThat(failure).hasMessageContaining(other.value());
                    });
            assertThat(new LiveKeys(steps.redis, 0).flagged()).isTrue();
        }
    }

    @Test
    void anInterruptedAttemptLeavesTheFlagToARunThatGoesOn() throws Exception {
        try (SimulatedExchange exchange = DirectSteps.exchange(Shape.NORMAL);
                DirectSteps steps = new DirectSteps(TTL, exchange)) {
            Token own = DirectSteps.token();
            steps.state.claim(DirectSteps.SYMBOL, own, TTL); // and has a connection
            RaiseFlagStep step =
                    new RaiseFlagStep(steps.state, (workflowId, runId) -> false, Clock.systemUTC(), steps.requests);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> step.run(
                            STEP, own, "reanchor-BTCUSDT", Instant.now().plus(TTL)))
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(new LiveKeys(steps.redis, 0).flagged()).isTrue();
        }
    }
}
