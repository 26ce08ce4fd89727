package io.reanchor.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** The servers do what the tests on top of them count on. */
class RedisTopologiesTest {
    private static final String KEY = "{BTCUSDT}:a";
    private static final String SECOND = "{BTCUSDT}:b";

    @Test
    void aReplicaFollows() {
        try (RedisServer primary = RedisServer.start("--repl-diskless-sync-delay", "0");
                RedisServer replica = primary.startReplica("--repl-diskless-sync-delay", "0")) {
            primary.command(Command.SET, KEY, "1");
            Patience.until(
                    "a copy", () -> "1".equals(RedisCluster.text(replica.command(Command.GET, KEY))), () -> "none");
        }
    }

    @Test
    void aClusterMovesSlotsStepByStepAndFailsOver() {
        try (RedisCluster cluster = RedisCluster.start(1)) {
            RedisServer from = cluster.primaryOf(KEY);
            RedisServer to = cluster.otherPrimaryThan(KEY);
            from.command(Command.MSET, KEY, "1", SECOND, "2");

            SlotMove move = cluster.beginMove(RedisCluster.slotOf(KEY), from, to);
            assertThat(move.left()).containsExactlyInAnyOrder(KEY, SECOND);
            move.move(List.of(KEY));
            assertThat(move.left()).containsExactly(SECOND);
            assertThatThrownBy(() -> from.command(Command.GET, KEY)).isInstanceOf(JedisAskDataException.class);
            assertThatThrownBy(() -> from.command(Command.MGET, KEY, SECOND))
                    .hasMessageMatching("(TRYAGAIN|ASK) .*"); // before 7.0 one missing key was enough for ASK
            move.finish();
            assertThatThrownBy(() -> from.command(Command.GET, KEY)).isInstanceOf(JedisMovedDataException.class);
            assertThat(cluster.primaryOf(KEY)).isSameAs(to);
            assertThat(cluster.primaryOf(KEY).command(Command.EXISTS, KEY, SECOND))
                    .isEqualTo(2L);

            cluster.failOver(KEY);
            assertThat(cluster.primaryOf(KEY)).isNotSameAs(to);
            assertThat(cluster.primaryOf(KEY).command(Command.EXISTS, KEY, SECOND))
                    .isEqualTo(2L);

            RedisServer killed = cluster.killPrimaryOf(KEY);
            assertThat(cluster.primaryOf(KEY)).isNotSameAs(killed);
            killed.restart();
            cluster.awaitFollowing(killed);
            cluster.awaitOk();
        }
    }

    @Test
    void sentinelsNameTheReplicaWhenThePrimaryIsKilled() {
        try (RedisSentinel sentinel = RedisSentinel.start()) {
            RedisServer first = sentinel.primary();
            assertThat(sentinel.killPrimary()).isSameAs(first);
            assertThat(sentinel.primary()).isNotSameAs(first);
            assertThat(sentinel.primary().command(Command.SET, KEY, "1")).isNotNull();
        }
    }
}
