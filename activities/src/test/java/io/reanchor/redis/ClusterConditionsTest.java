package io.reanchor.redis;

import static io.reanchor.redis.Steps.SYMBOL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reanchor.kit.Keyspace;
import io.reanchor.kit.Keyspace.Family;
import io.reanchor.kit.wire.Replies;
import io.reanchor.redis.Interrupted.Point;
import io.reanchor.testkit.Break;
import io.reanchor.testkit.RedisCluster;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SlotMove;
import io.reanchor.workflow.FailureTypes;
import io.reanchor.workflow.StagedState;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Protocol.Command;

/** What a Redis Cluster does to a recovery: it ends committed or untouched, and goes on when it is called again. */
class ClusterConditionsTest {
    private static final Keyspace.Names NAMES = Keyspace.TAGGED.of(SYMBOL);
    private static final int SLOT = RedisCluster.slotOf(NAMES.flag());
    private static RedisCluster cluster;
    private static MarketState state;
    private static Steps steps;
    private static int runs;
    private static final Deque<SlotMove> begun = new ArrayDeque<>();

    @BeforeAll
    static void start() {
        cluster = RedisCluster.startBehindProxy();
        state = new MarketState(
                RedisSettings.of(new RedisTopology.Cluster(cluster.seeds(), RedisLogin.NONE))
                        .withOperationTimeout(
                                Duration.ofSeconds(20)), // it waits at the proxy while a condition comes about
                Clock.fixed(Steps.NOW, ZoneOffset.UTC));
        steps = new Steps(state);
        steps.recover(Steps.run("first"), 1, 1);
    }

    @AfterAll
    static void stop() {
        state.close();
        cluster.close();
    }

    static Stream<Arguments> cells() {
        List<Condition> conditions = List.of(
                new Condition(
                        "half moved",
                        "TRYAGAIN|ASK ",
                        () -> begin(true),
                        () -> begun.remove().finish()),
                new Condition(
                        "moving, nothing moved yet",
                        "TRYAGAIN|ASK ",
                        () -> begin(false),
                        () -> begun.remove().finish()),
                new Condition(
                        "moved",
                        "MOVED ",
                        () -> {
                            begin(true);
                            begun.remove().finish();
                        },
                        () -> {}));
        return conditions.stream()
                .flatMap(condition -> Stream.of(Point.values()).map(point -> Arguments.of(condition, point)));
    }

    @ParameterizedTest(name = "{0} before {1}")
    @MethodSource("cells")
    void aSlotThatMoves(Condition condition, Point point) {
        RedisServer owner = cluster.primaryOf(NAMES.flag());
        int failures = recover(condition, point);
        // All of the transaction's keys are there still when none was moved: whoever looks at them at EXEC only
        // executes it.
        boolean mayGoThrough = condition.name().startsWith("moving,") && point.compareTo(Point.WATCH) >= 0;
        assertThat(cluster.primaryOf(NAMES.flag())).isNotSameAs(owner);
        assertThat(failures).isGreaterThanOrEqualTo(mayGoThrough ? 0 : 1);
    }

    /** Nothing has moved yet, so every key is there when the script begins; what it unlinks it can't create again. */
    @Test
    void aScriptThatReplacesAKeyWhileTheSlotMoves() {
        runs++;
        Token token = Steps.run("run" + runs);
        steps.claim(token);
        StagedState staged = steps.stage(token, 100L + runs, 100L + runs);
        cluster.proxy().breakNext(b -> b.name().equals("EXEC"), Break.CUT_BEFORE, () -> {});
        CutOverOrder order = Steps.order(token, staged);
        assertThatThrownBy(() -> state.cutOver(order)).isInstanceOf(RedisStateException.class); // sealed by then
        String before = live();
        begin(false);
        assertThatThrownBy(() -> state.cutOver(order))
                .isInstanceOfSatisfying(
                        RedisStateException.class, e -> assertThat(e.type()).isEqualTo(FailureTypes.REDIS_UNAVAILABLE))
                .hasMessageContaining("non local key")
                .hasMessageContaining("Trying again helps once the slot is moved");
        begun.remove().finish();
        assertThat(live()).as("untouched").isEqualTo(before);
        assertThatThrownBy(() -> state.cutOver(order)).hasMessageContaining("MOVED ");
        assertThat(state.cutOver(order).generation()).endsWith(token.value());
    }

    @ParameterizedTest(name = "down before {0}")
    @MethodSource("points")
    void aPrimaryWithoutReplicaThatIsDown(Point point) {
        RedisServer other = cluster.otherPrimaryThan(NAMES.flag());
        Condition down = new Condition(
                "down",
                "CLUSTERDOWN",
                () -> {
                    other.kill();
                    cluster.awaitDown();
                },
                () -> {
                    other.restart();
                    cluster.awaitOk();
                });
        int failures = recover(down, point);
        // From 7.2 on a transaction with a PUBLISH in it goes through where all of it was queued before the cluster was
        // down.
        assertThat(failures).isGreaterThanOrEqualTo(point == Point.EXEC ? 0 : 1);
    }

    static Stream<Point> points() {
        return Stream.of(Point.LOAD_OF_BOOK, Point.EXEC);
    }

    private static int recover(Condition condition, Point point) {
        runs++;
        return new Interrupted(steps, ClusterConditionsTest::live)
                .recover(Steps.run("run" + runs), 100L + runs, cluster.proxy(), point, condition);
    }

    private static void begin(boolean half) {
        RedisServer from = cluster.primaryOf(NAMES.flag());
        SlotMove move = cluster.beginMove(SLOT, from, cluster.otherPrimaryThan(NAMES.flag()));
        List<String> keys = move.left().stream().sorted().toList();
        begun.add(move);
        move.move(half ? keys.subList(0, keys.size() / 2) : List.of());
    }

    /** What the live keys hold. Not their DUMP: a hash that was moved may be laid out in another order. */
    private static String live() {
        RedisServer owner = cluster.primaryOf(NAMES.flag());
        return Stream.of(Family.values())
                .map(NAMES::live)
                .map(key -> key + content((List<?>) owner.command(Command.HGETALL, key)))
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, String> content(List<?> flat) {
        return Replies.map(List.copyOf(flat), 0);
    }
}
