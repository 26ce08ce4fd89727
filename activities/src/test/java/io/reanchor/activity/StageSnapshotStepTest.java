package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket.Shape;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.StagedBook;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StageSnapshotStepTest {
    private static final Shape SHAPE = new Shape(10, 50, 2, 0.3);

    @Test
    void aSourceThatServesAnOldSnapshotDoesNotHideTheNext() throws Exception {
        try (SimulatedExchange cached = DirectSteps.exchange(SHAPE);
                SimulatedExchange good = DirectSteps.exchange(SHAPE)) {
            cached.step(Duration.ofSeconds(30));
            good.step(Duration.ofSeconds(30));
            cached.inject(Endpoint.DEPTH, new Fault.StaleSnapshot(Duration.ofSeconds(20)));
            long newest = good.market(DirectSteps.SYMBOL).updateId();
            FeedGap gap = new FeedGap(null, newest, null, null, null);
            try (DirectSteps steps = new DirectSteps(Duration.ofSeconds(5), cached, good)) {
                StagedBook book = steps.stageSnapshot(gap, Duration.ofSeconds(30));
                assertThat(book.source()).isEqualTo("source2");
                assertThat(book.key().id()).isEqualTo(newest);
            }
            try (DirectSteps steps = new DirectSteps(Duration.ofSeconds(5), cached)) {
                StepFailure failure =
                        catchThrowableOfType(StepFailure.class, () -> steps.stageSnapshot(gap, Duration.ofMillis(200)));
                assertThat(failure.type()).isEqualTo(FailureTypes.STALE_SNAPSHOT);
                assertThat(failure).hasMessageContaining("expected a snapshot at update id " + newest);
            }
        }
    }
}
