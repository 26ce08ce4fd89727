package io.reanchor.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.check.Checker;
import io.reanchor.testkit.check.Event;
import io.reanchor.testkit.check.Event.Type;
import io.reanchor.testkit.check.History;
import io.reanchor.testkit.check.Invariant;
import io.reanchor.testkit.check.Violation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;

/** Cut-overs on a real cluster while slots migrate to and fro with pauses, recoveries are given up, and primaries fail. */
class ClusterUnderChangeTest {
    private static final boolean ALL = "all".equals(System.getProperty("reanchor.faults"));
    private static final List<String> SYMBOLS = ALL
            ? List.of("BTCUSDT", "BNBUSDT", "ADAUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "DOGEUSDT", "DOTUSDT")
            : List.of("BTCUSDT", "ETHUSDT", "SOLUSDT", "DOGEUSDT");
    private static final int CUT_OVERS_EACH = ALL ? 25 : 3;
    private static final int KILLS = ALL ? 2 : 1;
    private static final int AGREED = ALL ? 1 : 0;
    private static final long SEED = Long.getLong("reanchor.faults.seed", 1);
    /** Pacing only: the nemesis looks this often whether something is due. */
    private static final long LOOK_MS = 5;

    @Test
    void losesTearsAndRepeatsNothing() throws Exception {
        long start = System.nanoTime();
        try (ClusterRig rig = ClusterRig.start(SYMBOLS, SEED)) {
            List<ClusterLane> lanes = SYMBOLS.stream()
                    .map(symbol -> new ClusterLane(rig, symbol, SEED))
                    .toList();
            List<Path> files = new ArrayList<>();
            try {
                for (ClusterLane lane : lanes) {
                    lane.begin();
                }
                run(rig, lanes);
                for (ClusterLane lane : lanes) {
                    files.add(lane.end("cluster"));
                }
            } finally {
                lanes.forEach(ClusterLane::close);
            }
            List<Violation> violations = judge(rig, files);
            report(rig, violations, (System.nanoTime() - start) / 1_000_000_000);
            assertThat(violations).as("%s", files).isEmpty();
            assertThat(strays(rig, lanes)).isEmpty();
            assertThat(rig.met.of("slot moves")).isGreaterThan(SYMBOLS.size());
            assertThat(rig.met.of("failovers, primary killed")).isEqualTo(KILLS);
            if (ALL) {
                assertThat(unmet(rig)).isEmpty();
            }
        }
    }

    /** One nemesis, and a thread for each symbol. */
    private static void run(ClusterRig rig, List<ClusterLane> lanes) throws Exception {
        ClusterNemesis nemesis = new ClusterNemesis(rig, lanes, SEED, ALL);
        ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (ClusterLane lane : lanes) {
                running.add(threads.submit(() -> {
                    lane.run(CUT_OVERS_EACH);
                    return null;
                }));
            }
            int all = CUT_OVERS_EACH * lanes.size();
            int failovers = 0;
            while (!running.stream().allMatch(Future::isDone)) {
                int done = lanes.stream().mapToInt(ClusterLane::committed).sum() - lanes.size();
                if (failovers < KILLS + AGREED && done >= all * (failovers + 1) / (KILLS + AGREED + 1)) {
                    failovers++;
                    if (failovers <= KILLS) {
                        nemesis.kill();
                    } else {
                        nemesis.failOver();
                    }
                }
                nemesis.act();
                Thread.sleep(LOOK_MS);
            }
            nemesis.end();
            for (Future<?> lane : running) {
                lane.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Refusals that each part of a recovery should have met. That of a cluster that is down is rarer. */
    private static List<String> unmet(ClusterRig rig) {
        return Stream.of("staging", "cut-over", "settling")
                .flatMap(part -> Stream.of("MOVED", "ASK", "TRYAGAIN").map(refusal -> Tally.name(part, refusal)))
                .filter(name -> rig.met.of(name) == 0)
                .toList();
    }

    private static List<Violation> judge(ClusterRig rig, List<Path> files) {
        List<Violation> violations = new ArrayList<>();
        for (Path file : files) {
            List<Event> history = History.read(file);
            violations.addAll(Checker.check(history));
            for (Event event : history) {
                if (event.op().equals("read") && event.type() != Type.invoke) {
                    for (int i = 0; i < event.value().path("same").asInt(1); i++) {
                        rig.met.add(event.type() == Type.ok ? "reads" : "reads refused");
                    }
                }
            }
        }
        return violations;
    }

    private static void report(ClusterRig rig, List<Violation> violations, long seconds) {
        System.out.printf("cluster, seed %d, %d s: %s%n", SEED, seconds, rig.met);
        System.out.printf(
                "torn %d, missing %d, double %d, unknown %d, lost %d; all violations: %s%n",
                count(violations, Invariant.NEVER_TORN),
                count(violations, Invariant.NEVER_MISSING),
                count(violations, Invariant.INSTALLED_ONCE),
                count(violations, Invariant.OUTCOME_KNOWN),
                count(violations, Invariant.NEVER_LOST),
                violations);
    }

    private static long count(List<Violation> violations, Invariant invariant) {
        return violations.stream()
                .filter(violation -> violation.invariant() == invariant)
                .count();
    }

    /** Keys that stand where their slot isn't. */
    private static List<String> strays(ClusterRig rig, List<ClusterLane> lanes) {
        List<String> strays = new ArrayList<>();
        for (ClusterLane lane : lanes) {
            RedisServer owner = rig.cluster.primaryOf(lane.keys.flag());
            rig.cluster.primaries().filter(server -> server != owner).forEach(server -> {
                List<?> found = (List<?>) server.command(Command.KEYS, "*{" + lane.keys.symbol() + "}*");
                found.forEach(key -> strays.add(server.node() + " " + new String((byte[]) key)));
            });
        }
        return strays;
    }
}
