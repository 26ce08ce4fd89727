package io.reanchor.redis;

import static io.reanchor.redis.Given.STAGED;
import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.order;
import static io.reanchor.redis.Given.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.redis.RedisSettings.Replicas;
import io.reanchor.testkit.FaultProxy;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Replication;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A primary with one real replica, which is stopped and goes on. */
class ReplicaWaitTest {
    private static final Token A = run("A");
    /** Longer than any other operation may take: its reply has a limit of its own. */
    private static final Duration WAIT = Duration.ofMillis(2_500);

    private static final Duration OPERATION = Duration.ofSeconds(2);

    private static RedisServer primary;
    private static RedisServer replica;
    private Given given;
    private StagedState staged;
    private FaultProxy proxy;
    private MarketState state;

    @BeforeAll
    static void start() {
        primary = RedisServer.start("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "3600");
        replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
    }

    @AfterAll
    static void stop() {
        replica.close();
        primary.close();
    }

    @BeforeEach
    void stage() {
        given = Given.empty(primary);
        awaitReplica();
        given.claim(A);
        staged = given.stage(A, 100, 50);
        proxy = FaultProxy.before(primary);
        state = asking(proxy.uri(), 1);
    }

    @AfterEach
    void goOn() {
        replica.resume();
        state.close();
        proxy.close();
        given.close();
    }

    private static MarketState asking(URI uri, int replicas) {
        return new MarketState(
                RedisSettings.of(uri).withOperationTimeout(OPERATION).withReplicas(new Replicas(replicas, WAIT)),
                Clock.fixed(Given.NOW, ZoneOffset.UTC));
    }

    private static void awaitReplica() {
        try (Jedis redis = new Jedis(primary.host(), primary.port(), 20_000)) {
            redis.set("probe", "1");
            assertThat(redis.waitReplicas(1, 15_000)).as("the replica follows").isOne();
        }
    }

    /** How far the stream to the replicas has come. */
    private static String written() {
        try (Jedis redis = new Jedis(primary.host(), primary.port())) {
            return redis.info("replication")
                    .lines()
                    .filter(line -> line.startsWith("master_repl_offset:"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aReplicaThatFollowsIsCounted() {
        assertThat(state.cutOver(order(A, staged)).replication()).isEqualTo(new Replication(1, 1, null));
    }

    @Test
    void nobodyIsAskedUnlessConfigured() {
        try (MarketState quiet = asking(primary.uri(), 0)) {
            assertThat(quiet.cutOver(order(A, staged)).replication()).isNull();
            assertThat(given.redis.hget("meta:BTCUSDT", "confirmedAt")).isNull();
        }
    }

    @Test
    void aShortfallIsToldAndTheCutOverStands() {
        replica.pause();

        SwapReceipt receipt = state.cutOver(order(A, staged));

        assertThat(receipt.replication()).isEqualTo(new Replication(1, 0, null));
        assertThat(receipt.resolved()).isFalse();
        assertThat(given.state.liveIds(SYMBOL).generation()).isEqualTo("1-A.1");
    }

    /** Who finds the receipt on a fresh connection must not be told that replicas have it. */
    @Test
    void whoComesByDoneWritesBeforeItWaits() {
        replica.pause();
        proxy.loseReplyOf("EXEC");
        RealRedis.failure(FailureTypes.OUTCOME_UNKNOWN, () -> state.cutOver(order(A, staged)));
        try (Jedis fresh = new Jedis(primary.host(), primary.port())) {
            assertThat(fresh.waitReplicas(1, 100))
                    .as("what WAIT says for nothing")
                    .isOne();
        }

        SwapReceipt receipt = state.cutOver(order(A, staged));

        assertThat(receipt.resolved()).isTrue();
        assertThat(receipt.replication()).isEqualTo(new Replication(1, 0, null));
        // On 7.0 a read before WAIT would do, so the figure alone doesn't show that there was a write.
        assertThat(given.redis.hget("meta:BTCUSDT", "confirmedAt")).isEqualTo(Long.toString(Given.NOW.toEpochMilli()));
    }

    @Test
    void soDoesWhoSettlesWhatWasInstalled() {
        replica.pause();
        proxy.loseReplyOf("EXEC");
        RealRedis.failure(FailureTypes.OUTCOME_UNKNOWN, () -> state.cutOver(order(A, staged)));

        Settlement settled = state.settle(SYMBOL, A, "");

        assertThat(settled.outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(settled.replication()).isEqualTo(new Replication(1, 0, null));
    }

    @Test
    void aRollBackWaitsTooAlsoWhenAnEarlierCallDidIt() {
        replica.pause();

        Settlement first = state.settle(SYMBOL, A, null);
        String before = written();
        Settlement again = state.settle(SYMBOL, A, null);

        assertThat(first.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(first.replication()).isEqualTo(new Replication(1, 0, null));
        assertThat(again.undone()).isEmpty();
        assertThat(written()).as("it wrote before it waited").isNotEqualTo(before);
        assertThat(again.replication()).isEqualTo(new Replication(1, 0, null));
        assertThat(given.anyExists(STAGED)).isFalse();
        assertThat(given.redis.exists("reanchor:hold:BTCUSDT")).isFalse();
        replica.resume();
        assertThat(state.settle(SYMBOL, A, null).replication()).isEqualTo(new Replication(1, 1, null));
    }

    @Test
    void aWaitThatBreaksLeavesTheCutOverCommittedAndItsReplicationUnknown() {
        proxy.loseReplyOf("WAIT");

        SwapReceipt receipt = state.cutOver(order(A, staged));

        assertThat(receipt.generation()).isEqualTo("1-A.1");
        assertThat(receipt.replication()).satisfies(unknown -> {
            assertThat(unknown.reached()).isNull();
            assertThat(unknown.failure()).isNotBlank();
            assertThat(unknown.fellShort()).isTrue();
        });
        assertThat(given.state.liveIds(SYMBOL).generation()).isEqualTo("1-A.1");
    }
}
