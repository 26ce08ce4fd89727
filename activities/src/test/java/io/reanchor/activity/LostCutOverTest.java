package io.reanchor.activity;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SimulatedExchange;
import io.reanchor.testkit.SyntheticMarket;
import io.reanchor.testkit.TemporalDevServer;
import io.reanchor.workflow.FeedGap;
import io.reanchor.workflow.OperationPolicy;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.ReanchorResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Jedis;

/** A failover takes an acknowledged cut-over back: the replica that becomes the primary never had it. */
class LostCutOverTest {
    private static final OperationPolicy POLICY = new OperationPolicy(Duration.ofMinutes(1), 3, Duration.ofSeconds(30));

    @Test
    void isNoticedByTheNextRecovery() throws Exception {
        try (RedisServer primary = RedisServer.start("--repl-diskless-sync-delay", "0");
                RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
                TemporalDevServer temporal = TemporalDevServer.startOrSkip(TestAbortedException::new);
                SimulatedExchange exchange = SimulatedExchange.start(new SyntheticMarket(
                        3, RealParts.SYMBOL, new BigDecimal("61837.63"), Instant.parse("2026-01-05T10:00:00Z")))) {
            exchange.step(Duration.ofSeconds(10));
            String first;
            String lost;
            try (RealParts parts = RealParts.on(temporal.address(), "default", primary, 0, exchange)) {
                parts.startWorker(POLICY, parts.activities());
                ReanchorResult result = recover(parts);
                first = generation(result);
                assertThat(result.noticed()).isEmpty();
                try (Jedis redis = new Jedis(primary.host(), primary.port(), 20_000)) {
                    redis.set("probe", "1");
                    assertThat(redis.waitReplicas(1, 15_000)).isOne();
                }
                promote(replica); // cut off: from here on nothing reaches it
                lost = generation(recover(parts));
                Await.until("Temporal lists it", () -> parts.lastCommitted().equals(lost));
            }
            primary.kill();
            try (RealParts parts = RealParts.on(temporal.address(), "default", replica, 0, exchange)) {
                assertThat(parts.keys.generations()).containsExactly(first);
                parts.startWorker(POLICY, parts.activities());

                ReanchorResult next = recover(parts);

                assertThat(next.noticed()).singleElement().asString().contains(lost, first, "is gone", "meta:BTCUSDT");
                String there = generation(next);
                Await.until("Temporal lists it", () -> parts.lastCommitted().equals(there));
                assertThat(recover(parts).noticed()).as("it was told once").isEmpty();
            }
        }
    }

    private static void promote(RedisServer replica) {
        try (Jedis redis = new Jedis(replica.host(), replica.port(), 20_000)) {
            redis.replicaofNoOne();
        }
    }

    private static ReanchorResult recover(RealParts parts) {
        return RealParts.end(parts.start(FeedGap.UNKNOWN));
    }

    private static String generation(ReanchorResult result) {
        assertThat(result.outcome()).as("%s", result).isEqualTo(Outcome.COMMITTED);
        return Objects.requireNonNull(result.receipt()).generation();
    }
}
