package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.Endpoint;
import io.reanchor.testkit.Fault;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import io.reanchor.workflow.Stage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An exchange that takes a connection and never answers on it. */
class DeadlineTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    /** What operators are promised: the operation's timeout, and two seconds. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    @Test
    void endsRolledBackAtItsDeadlineWhenTheExchangeHangs() throws Exception {
        try (RedisServer redis = RedisServer.start();
                SimulatedExchange exchange = SimulatedExchange.start(new SyntheticMarket(
                        3, RealParts.SYMBOL, new BigDecimal("61837.63"), Instant.parse("2026-01-05T10:00:00Z")));
                RealParts parts = RealParts.inProcess(redis, 0, exchange)) {
            exchange.step(Duration.ofSeconds(10));
            parts.startWorker(new OperationPolicy(TIMEOUT, 3, Duration.ofSeconds(30)), parts.activities());
            assertThat(RealParts.end(parts.start(FeedGap.UNKNOWN)).outcome()).isEqualTo(Outcome.COMMITTED);
            Map<String, String> live = parts.keys.dump();

            exchange.inject(Endpoint.DEPTH, new Fault.Hang());
            ReanchorResult result = RealParts.end(parts.start(FeedGap.UNKNOWN));

            assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(result.failure()).satisfies(failure -> {
                assertThat(failure.type()).isEqualTo(FailureTypes.DEADLINE);
                assertThat(failure.stage()).isEqualTo(Stage.STAGING);
                assertThat(failure.message()).contains(RealParts.SYMBOL, "operation_timeout_seconds");
            });
            Instant started = result.timeline().get(0).at();
            assertThat(result.endedAt())
                    .isBetween(started.plus(TIMEOUT), started.plus(TIMEOUT).plus(GRACE));
            assertThat(parts.keys.dump()).isEqualTo(live);
            assertThat(parts.keys.stagedKeys()).isEmpty();
            assertThat(parts.keys.flagged()).isFalse();
        }
    }
}
