package io.reanchor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisCluster;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.RespClient;
import io.reanchor.testkit.SlotMove;
import io.reanchor.testkit.check.Checker;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Invariant;
import io.reanchor.testkit.check.SymbolKeys;
import io.reanchor.testkit.check.Violation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a cluster too the checker must catch a broken cut-over while a slot moves, and not the right one. What is refused isn't missing. */
class ClusterControlsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String BROKEN = "BTCUSDT";
    private static final String RIGHT = "ETHUSDT";
    private static ClusterRig rig;

    @BeforeAll
    static void start() {
        rig = ClusterRig.start(List.of(BROKEN, RIGHT), 1);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void separateRenamesAreCaught() throws Exception {
        try (ClusterLane lane = new ClusterLane(rig, BROKEN, 1)) {
            lane.begin();
            lane.tell("broken", Type.invoke, Map.of("token", "broken.1"));
            stage(lane.keys);
            rename(lane.keys, 0, 2);
            lane.awaitRead();
            SlotMove move = beginHalf(lane.keys);
            lane.awaitRead(); // refused
            move.finish();
            lane.tell("moved", Map.of());
            lane.awaitRead();
            rename(lane.keys, 2, lane.keys.live().size());
            lane.tell("broken", Type.ok, Map.of("generation", "2-broken.1"));
            List<Violation> violations = Checker.check(History.read(lane.end("cluster-control-broken")));
            assertThat(violations).extracting(Violation::invariant).containsOnly(Invariant.NEVER_TORN);
        }
    }

    @Test
    void theServicesOwnIsNot() throws Exception {
        try (ClusterLane lane = new ClusterLane(rig, RIGHT, 1)) {
            lane.begin();
            SlotMove move = beginHalf(lane.keys);
            int refused = refusals();
            ExecutorService caller = Executors.newSingleThreadExecutor();
            Future<?> recovery = caller.submit(() -> {
                lane.run(1);
                return null;
            });
            while (refusals() == refused && !recovery.isDone()) {
                lane.awaitRead();
            }
            move.finish();
            lane.tell("moved", Map.of());
            recovery.get();
            caller.shutdown();
            assertThat(Checker.check(History.read(lane.end("cluster-control-right"))))
                    .isEmpty();
            assertThat(refusals()).isGreaterThan(refused);
        }
    }

    /** Met by the service. */
    private static int refusals() {
        return Tally.REFUSALS.stream()
                .mapToInt(refusal -> rig.met.of(Tally.name("staging", refusal)))
                .sum();
    }

    private static SlotMove beginHalf(SymbolKeys keys) {
        RedisServer from = rig.cluster.primaryOf(keys.flag());
        RedisServer to = rig.cluster.otherPrimaryThan(keys.flag());
        SlotMove move = rig.cluster.beginMove(RedisCluster.slotOf(keys.flag()), from, to);
        return move.move(keys.live().subList(0, 3));
    }

    /** The same content once more, as the next generation. */
    private static void stage(SymbolKeys keys) throws IOException {
        try (RespClient redis = connect(keys)) {
            String live = String.valueOf(RespClient.text(redis.call("HGET", keys.meta(), "gen")));
            for (int i = 0; i < keys.live().size(); i++) {
                String staged = keys.staged().get(i);
                redis.call("COPY", keys.live().get(i), staged);
                redis.call("HSET", staged, "gen", "2-broken.1");
                redis.call("COPY", keys.live().get(i), keys.old().get(i));
                redis.call("PEXPIRE", keys.old().get(i), "600000");
            }
            redis.call("HSET", keys.staged().get(keys.live().indexOf(keys.meta())), "previous", live + ",,,");
        }
    }

    private static void rename(SymbolKeys keys, int from, int to) throws IOException {
        try (RespClient redis = connect(keys)) {
            for (int i = from; i < to; i++) {
                redis.call("RENAME", keys.staged().get(i), keys.live().get(i));
            }
        }
    }

    private static RespClient connect(SymbolKeys keys) throws IOException {
        RedisServer owner = rig.cluster.primaryOf(keys.flag());
        return RespClient.connect(owner.host(), owner.port(), TIMEOUT);
    }
}
