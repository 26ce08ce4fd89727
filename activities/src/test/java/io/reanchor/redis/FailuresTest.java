package io.reanchor.redis;

import static io.reanchor.redis.Given.SYMBOL;
import static io.reanchor.redis.Given.order;
import static io.reanchor.redis.Given.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.Outcome;
import io.reanchor.workflow.Settlement;
import io.reanchor.workflow.StagedKey;
import io.reanchor.workflow.StagedState;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol;

/** What Redis refuses or doesn't answer, and how that is told. */
class FailuresTest extends RealRedis {
    private static final Token A = run("A");

    @Test
    void healthTellsTheRole() {
        assertThat(new RedisHealth(given.settings).look().detail()).isEqualTo("master");
    }

    @Test
    void aServerThatIsNotThere() {
        try (RedisServer gone = RedisServer.start();
                MarketState state = state(gone.uri())) {
            gone.kill();
            assertThat(failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.liveIds(SYMBOL), gone.port() + "")
                            .retryable())
                    .isTrue();
            gone.restart();
            assertThat(state.liveIds(SYMBOL).generation()).isEmpty();
        }
    }

    @Test
    void aRestartedServerCostsOneAttemptHoweverManyConnectionsWereIdle() throws Exception {
        try (RedisServer redis = RedisServer.start();
                MarketState state = state(redis.uri())) {
            CyclicBarrier all = new CyclicBarrier(6); // each load holds a connection of its own until all six have one
            ExecutorService threads = Executors.newFixedThreadPool(6);
            try {
                List<Future<StagedKey>> loads = IntStream.range(0, 6)
                        .mapToObj(i -> threads.submit(() -> {
                            state.claim("S" + i, A, Given.FLAG_TTL);
                            return state.stageBook("S" + i, Owner.of(A, 0, 1), Given.book(1, 10, "1"), n -> await(all));
                        }))
                        .toList();
                for (Future<StagedKey> load : loads) {
                    load.get(10, TimeUnit.SECONDS);
                }
            } finally {
                threads.shutdownNow();
            }
            redis.kill();
            redis.restart();
            failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.liveIds(SYMBOL));
            assertThat(state.liveIds(SYMBOL).generation()).isEmpty();
        }
    }

    /** Each of the four operations is held to its 50 ms; the generous bound only tells that from the client's default of 2 s. */
    @Test
    @Timeout(6)
    void aServerThatHangs() {
        given.claim(A);
        StagedState staged = given.stage(A, 100, 50);
        try (MarketState state = new MarketState(
                RedisSettings.of(server.uri()).withOperationTimeout(Duration.ofMillis(50)), Clock.systemUTC())) {
            state.liveIds(SYMBOL);
            server.pause();
            try {
                failure(
                        FailureTypes.REDIS_UNAVAILABLE,
                        () -> state.claim(SYMBOL, A, Given.FLAG_TTL),
                        "reanchor:BTCUSDT");
                failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.settle(SYMBOL, A, null));
                failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.staged(SYMBOL));
                failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.cutOver(order(A, staged)));
            } finally {
                server.resume();
            }
        }
    }

    @Test
    void aFullMemory() {
        try (RedisServer small = RedisServer.start("--maxmemory", "1", "--maxmemory-policy", "noeviction");
                MarketState state = state(small.uri())) {
            assertThat(failure(
                                    FailureTypes.REDIS_UNAVAILABLE,
                                    () -> state.claim(SYMBOL, A, Given.FLAG_TTL),
                                    "OOM",
                                    "maxmemory")
                            .retryable())
                    .isTrue();
        }
    }

    /** Nothing that a cut-over or an undo does needs more memory than there is. */
    @Test
    void aFullMemoryStopsNeitherTheTransactionNorTheUndo() {
        given.recover(run("before"), 90, 40);
        given.claim(A);
        StagedState staged = given.stage(A, 100, 50);
        List<String> before = given.dump();
        given.redis.configSet("maxmemory", "1");
        try {
            RedisStateException full =
                    failure(FailureTypes.REDIS_UNAVAILABLE, () -> given.state.cutOver(order(A, staged)), "OOM");
            assertThat(full.retryable()).isTrue();
            assertThat(given.state.settle(SYMBOL, A, staged.against()).undone()).hasSize(5);
        } finally {
            given.redis.configSet("maxmemory", "0");
        }
        assertThat(given.dump()).isEqualTo(before);
    }

    @Test
    void scriptsThatAreForgottenInTheMidstOfALoadCostThatAttemptOnly() {
        given.claim(A);
        assertThat(failure(
                                FailureTypes.REDIS_UNAVAILABLE,
                                () -> given.state.stageBook(
                                        SYMBOL,
                                        Owner.of(A, 0, 1),
                                        Given.book(100, 3000, "1"),
                                        written -> given.redis.sendCommand(Protocol.Command.SCRIPT, "FLUSH")),
                                "NOSCRIPT")
                        .retryable())
                .isTrue();
        assertThat(given.stage(A, 101, 51, 2).book().key().id()).isEqualTo(101);
    }

    @Test
    void missingRights() {
        user("reader", "-evalsha", "-eval");
        URI uri = URI.create("redis://reader:x@127.0.0.1:" + server.port());
        try (MarketState state = state(uri)) {
            RedisStateException refused = failure(
                    FailureTypes.REDIS_UNAVAILABLE, () -> state.claim(SYMBOL, A, Given.FLAG_TTL), "NOPERM", "rights");
            assertThat(refused.retryable()).as("they may be given back").isTrue();
            assertThat(refused.getMessage()).doesNotContain("reader:x");
        }
    }

    @Test
    void aRightThatTheTransactionLacksAbortsItWhole() {
        given.recover(run("before"), 90, 40);
        given.claim(A);
        StagedState staged = given.stage(A, 100, 50);
        List<String> before = given.dump();
        user("noprivilege", "-persist");
        try (MarketState state = state(URI.create("redis://noprivilege:x@127.0.0.1:" + server.port()))) {
            failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.cutOver(order(A, staged)), "NOPERM", "persist");
        }
        assertThat(given.dump()).isEqualTo(before);
        assertThat(given.redis.get(Given.FLAG)).isEqualTo("A.1");
    }

    @Test
    void aReplicaRefusesForNow() {
        try (RedisServer replica = server.startReplica();
                MarketState state = state(replica.uri())) {
            assertThat(new RedisHealth(RedisSettings.of(replica.uri())).look().detail())
                    .contains("slave", "redis.uri");
            assertThat(failure(FailureTypes.REDIS_UNAVAILABLE, () -> state.claim(SYMBOL, A, Given.FLAG_TTL), "READONLY")
                            .retryable())
                    .isTrue();
        }
    }

    /** It is somebody else's: a cut-over would rename it away, and the sweep free it. */
    @Test
    void aLiveKeyOfAWrongTypeIsNotReplaced() {
        for (String key : Given.LIVE) {
            given.redis.flushAll();
            given.claim(A);
            StagedState staged = given.stage(A, 100, 50);
            given.redis.set(key, "rubbish");
            assertThat(failure(FailureTypes.REDIS_REFUSED, () -> given.state.cutOver(order(A, staged)), key, "a string")
                            .retryable())
                    .isFalse();
            failure(FailureTypes.REDIS_REFUSED, () -> given.state.live(SYMBOL), key, "a string");
            failure(FailureTypes.REDIS_REFUSED, () -> given.state.liveIds(SYMBOL), key, "a string");
            assertThat(given.redis.get(key)).isEqualTo("rubbish");
        }
    }

    @Test
    void keysOfAWrongTypeStopNoUndo() {
        given.claim(A);
        given.stage(A, 100, 50);
        given.redis.set("meta:BTCUSDT", "rubbish");
        given.redis.set("feat:new:BTCUSDT", "rubbish");

        Settlement settled = given.state.settle(SYMBOL, A, "");
        assertThat(settled.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(settled.undone())
                .containsExactly("ob:new:BTCUSDT", "tr:new:BTCUSDT:1s", "tr:new:BTCUSDT:5s", Given.FLAG);
        assertThat(given.redis.get("meta:BTCUSDT")).isEqualTo("rubbish");
        assertThat(given.redis.get("feat:new:BTCUSDT")).isEqualTo("rubbish");
    }

    @Test
    void aFlagOfAWrongTypeStopsNoUndo() {
        given.claim(A);
        given.stage(A, 100, 50);
        given.redis.del(Given.FLAG);
        given.redis.rpush(Given.FLAG, "rubbish");

        assertThat(given.state.settle(SYMBOL, A, "").undone()).hasSize(4);
        assertThat(given.redis.type(Given.FLAG)).isEqualTo("list");
    }

    @Test
    void aLiveGenerationThatIsNoneIsNamed() {
        for (String key : List.of("meta:BTCUSDT", "ob:BTCUSDT")) {
            given.redis.flushAll();
            given.redis.hset(key, "gen", "latest");
            failure(FailureTypes.REDIS_REFUSED, () -> given.state.liveIds(SYMBOL), key, "\"latest\"", "<n>-<token>");
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A user who may do everything but these. */
    private void user(String name, String... rights) {
        List<String> args = new ArrayList<>(List.of("SETUSER", name, "on", "nopass", "~*", "&*", "+@all"));
        args.addAll(List.of(rights));
        given.redis.sendCommand(Protocol.Command.ACL, args.toArray(String[]::new));
    }

    private static MarketState state(URI uri) {
        return new MarketState(RedisSettings.of(uri).withOperationTimeout(Duration.ofSeconds(1)), Clock.systemUTC());
    }
}
