package io.reanchor.redis;

import static io.reanchor.redis.RealRedis.failure;
import static io.reanchor.redis.Steps.SYMBOL;
import static io.reanchor.redis.Steps.order;
import static io.reanchor.redis.Steps.run;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace;
import io.reanchor.kit.wire.Replies;
import io.reanchor.testkit.RedisCluster;
import io.reanchor.testkit.RedisSentinel;
import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Followed;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.StagedState;
import io.reanchor.workflow.SwapReceipt;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;

/** Whole recoveries, and failovers in their midst, on a cluster, behind Sentinels, and on a server with a replica. */
class TopologiesTest {
    private static final String KEY = Keyspace.TAGGED.of(SYMBOL).flag();

    @Test
    void aCluster() {
        try (RedisCluster cluster = RedisCluster.start(1);
                MarketState state = state(new RedisTopology.Cluster(cluster.seeds(), RedisLogin.NONE))) {
            RedisHealth health =
                    new RedisHealth(RedisSettings.of(new RedisTopology.Cluster(cluster.seeds(), RedisLogin.NONE)));
            assertThat(health.look())
                    .isEqualTo(new RedisHealth.Finding(true, "cluster of 3 primaries, all slots covered"));
            Steps steps = new Steps(state);
            recoversAndSweeps(steps);
            tells(state, cluster.primaryOf("reanchor:events"));

            Runnable byAgreement = () -> cluster.failOver(KEY);
            Runnable byForce = () -> {
                RedisServer primary = cluster.primaryOf(KEY);
                primary.awaitReplicated();
                RedisServer killed = cluster.killPrimaryOf(KEY);
                killed.restart();
                cluster.awaitOk();
            };
            failsOver(steps, "agreed", byAgreement);
            failsOver(steps, "killed", byForce);
        }
    }

    @Test
    void sentinels() {
        try (RedisSentinel sentinel = RedisSentinel.start()) {
            RedisTopology topology = topology(sentinel, RedisSentinel.MASTER);
            try (MarketState state = state(topology);
                    MarketState misled = state(topology(sentinel, "another"))) {
                RedisHealth health = new RedisHealth(RedisSettings.of(topology));
                assertThat(health.look().detail())
                        .isEqualTo(
                                "master at %s, named by the Sentinels",
                                sentinel.primary().node());
                failure(
                        FailureTypes.REDIS_REFUSED,
                        () -> misled.liveIds(SYMBOL),
                        "No such master",
                        "redis.sentinel.master");
                Steps steps = new Steps(state);
                recoversAndSweeps(steps);
                failsOver(steps, "killed", () -> {
                    RedisServer primary = sentinel.primary();
                    primary.awaitReplicated();
                    sentinel.restartAsReplica(sentinel.killPrimary());
                });
                assertThat(health.look().up()).isTrue();
            }
        }
    }

    @Test
    void aServerWithAReplica() {
        try (RedisServer primary = RedisServer.start("--repl-diskless-sync-delay", "0");
                RedisServer replica = primary.startReplica("--repl-diskless-sync-delay", "0");
                MarketState state = state(RedisTopology.of(primary.uri()))) {
            recoversAndSweeps(new Steps(state));
            primary.awaitReplicated();
            assertThat(Replies.text(replica.command(Command.HGET, "ob:" + SYMBOL, "gen")))
                    .isEqualTo("2-b.1");
        }
    }

    /** Nobody is there at first, neither seed nor Sentinel; what one of them is asked later decides. */
    @Test
    void whoIsNotThereYet() {
        try (RedisServer server = RedisServer.start()) {
            server.kill();
            for (RedisTopology topology : List.of(
                    new RedisTopology.Cluster(List.of(server.node()), RedisLogin.NONE),
                    new RedisTopology.Sentinel(
                            "mymaster", List.of(server.node()), RedisLogin.NONE, RedisLogin.NONE, 0))) {
                try (MarketState state = state(topology)) {
                    failure(
                            FailureTypes.REDIS_UNAVAILABLE,
                            () -> state.liveIds(SYMBOL),
                            server.node().toString(),
                            "doesn't answer");
                    assertThat(new RedisHealth(RedisSettings.of(topology))
                                    .look()
                                    .up())
                            .isFalse();
                }
            }
            server.restart();
            try (MarketState state = state(new RedisTopology.Cluster(List.of(server.node()), RedisLogin.NONE))) {
                failure(FailureTypes.REDIS_REFUSED, () -> state.liveIds(SYMBOL), "redis.cluster_mode: false");
            }
        }
    }

    @Test
    void aClusterThatIsTakenForOneServer() {
        try (RedisCluster cluster = RedisCluster.start(0)) {
            HostAndPort wrong = cluster.otherPrimaryThan("ob:" + SYMBOL).node();
            try (MarketState state = state(new RedisTopology.Standalone(wrong, RedisLogin.NONE, 0))) {
                failure(FailureTypes.REDIS_REFUSED, () -> state.liveIds(SYMBOL), "redis.cluster_mode: true");
            }
        }
    }

    @Test
    void aKeyspaceThatAClusterWouldScatter() {
        assertThatThrownBy(() -> RedisSettings.of(
                                new RedisTopology.Cluster(List.of(new HostAndPort("a", 1)), RedisLogin.NONE))
                        .withKeyspace(Keyspace.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"ob:<symbol>\"")
                .hasMessageContaining("\"ob:{<symbol>}\" would do");
    }

    private static MarketState state(RedisTopology topology) {
        return new MarketState(
                RedisSettings.of(topology)
                        .withOperationTimeout(Duration.ofSeconds(5))
                        .withLifetimes(new RedisSettings.Lifetimes(
                                Duration.ofMinutes(2), Duration.ofMillis(1), Duration.ofMinutes(10))),
                Clock.fixed(Steps.NOW, ZoneOffset.UTC));
    }

    private static RedisTopology topology(RedisSentinel sentinel, String master) {
        return new RedisTopology.Sentinel(master, sentinel.nodes(), RedisLogin.NONE, RedisLogin.NONE, 0);
    }

    /** The stream of events is another slot's, most likely another primary's. */
    private static void tells(MarketState state, RedisServer events) {
        SwapReceipt found =
                requireNonNull(state.settle(SYMBOL, run("b"), "1-a.1").receipt());
        for (int i = 0; i < 2; i++) {
            state.tell(SYMBOL, found.with(new Followed(12L, 12L, null, List.of())));
        }
        assertThat(state.liveIds(SYMBOL).generation()).isEqualTo(found.generation());
        assertThat(Replies.number(events.command(Command.XLEN, "reanchor:events")))
                .as("once a generation")
                .isEqualTo(1);
    }

    private static void recoversAndSweeps(Steps steps) {
        steps.recover(run("a"), 10, 10);
        SwapReceipt second = steps.recover(run("b"), 11, 11);
        assertThat(second.generation()).isEqualTo("2-b.1");
        assertThat(second.replaced()).isEqualTo("1-a.1");
        assertThat(steps.state.live(SYMBOL)).isNotNull();

        steps.claim(run("undone"));
        StagedState staged = steps.stage(run("undone"), 12, 12);
        assertThat(steps.state.settle(SYMBOL, run("undone"), staged.against()).outcome())
                .isEqualTo(Outcome.ROLLED_BACK);
        assertThat(steps.state.settle(SYMBOL, run("b"), "1-a.1").outcome()).isEqualTo(Outcome.COMMITTED);
        assertThat(steps.state.sweep()).hasSize(Keyspace.Family.values().length);
    }

    /** In the midst of staging, before the cut-over, and after it; nothing is lost, since the replica had all. */
    private static void failsOver(Steps steps, String name, Runnable failOver) {
        LiveIds live = steps.state.liveIds(SYMBOL);
        long id = 1 + Objects.requireNonNull(live.lastUpdateId());
        Token token = run(name);
        steps.claim(token);
        StagedState first = steps.stage(token, id, id);
        failOver.run();
        assertThat(again(() -> steps.state.claim(SYMBOL, token, Steps.FLAG_TTL)).mine())
                .isTrue();
        again(() -> steps.state.staged(SYMBOL));
        SwapReceipt receipt = again(() -> steps.state.cutOver(order(token, first)));
        assertThat(receipt.replaced()).isEqualTo(live.generation());
        failOver.run();
        SwapReceipt found = again(() -> steps.state.cutOver(order(token, first)));
        assertThat(found.generation()).isEqualTo(receipt.generation());
        assertThat(found.resolved()).isTrue();
        assertThat(again(() -> steps.state.liveIds(SYMBOL))).isEqualTo(new LiveIds(receipt.generation(), id, id));
        steps.recover(run(name + "-after"), id + 1, id + 1);
    }

    private static <T> T again(Supplier<T> step) {
        for (int call = 1; ; call++) {
            try {
                return step.get();
            } catch (RedisStateException e) {
                assertThat(e.type()).as(e.getMessage()).isEqualTo(FailureTypes.REDIS_UNAVAILABLE);
                assertThat(call).as("calls: " + e.getMessage()).isLessThan(4);
            }
        }
    }
}
