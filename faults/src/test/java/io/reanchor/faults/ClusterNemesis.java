package io.reanchor.faults;

import io.reanchor.testkit.RedisCluster;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SlotMove;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.Protocol.Command;

/**
 * Moves slots to and fro, several at once, each with pauses in its midst; gives recoveries up meanwhile; lets primaries fail. All from one
 * thread, by a seed.
 *
 * <p>A primary that fails isn't at either end of a move: Redis 7.0 tells replicas nothing of a move, so keys that have left are lost to whoever takes over.
 */
final class ClusterNemesis {
    private static final int MOST_AT_ONCE = 3;
    private static final int LONGEST_PAUSE_MS = 300;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    private static final String DOWN_AT_STAGING = Tally.name("staging", "CLUSTERDOWN");
    private static final double ABORTS = 0.15;

    private final ClusterRig rig;
    private final List<ClusterLane> lanes;
    private final Random random;
    private final boolean givesUp;
    private final int atOnce;
    private final List<Move> moves = new ArrayList<>();
    private final List<CompletableFuture<Void>> aborts = new ArrayList<>();

    /** A move, and when it goes on. */
    private final class Move {
        private final ClusterLane lane;
        private final RedisServer from;
        private final RedisServer to;
        private final SlotMove move;
        private int stage;
        private long due;

        private Move(ClusterLane lane) {
            this.lane = lane;
            this.from = rig.cluster.primaryOf(lane.keys.flag());
            List<RedisServer> others =
                    rig.cluster.primaries().filter(server -> server != from).toList();
            this.to = others.get(random.nextInt(others.size()));
            this.move = rig.cluster.beginMove(slot(lane), from, to);
            lane.tell("moving", Map.of("from", from.port(), "to", to.port()));
            pause();
        }

        private void pause() {
            due = System.nanoTime() + 1_000_000L * random.nextInt(LONGEST_PAUSE_MS);
        }

        /** Some keys, all keys, the slot itself. @return whether it is done */
        private boolean goOn() {
            stage++;
            if (stage == 3) {
                finish();
                return true;
            }
            List<String> left = new ArrayList<>(move.left());
            Collections.sort(left);
            Collections.shuffle(left, random);
            move(stage == 1 ? left.subList(0, left.size() / 2) : left);
            pause();
            return false;
        }

        /** An operator who moves slots sees to it that the new owner's replica has the keys, too. */
        private void move(List<String> keys) {
            move.move(keys);
            to.awaitReplicated();
        }

        private void finish() {
            move(move.left());
            move.finishUnheard();
            lane.tell("moved", Map.of("to", to.port()));
            rig.met.add("slot moves");
            lane.slot.unlock();
        }
    }

    /** @param givesUp whether recoveries are given up: on a busy machine the in-process server has left runs hanging after an abort */
    ClusterNemesis(ClusterRig rig, List<ClusterLane> lanes, long seed, boolean givesUp) {
        this.givesUp = givesUp;
        this.rig = rig;
        this.lanes = lanes;
        this.random = new Random(seed);
        this.atOnce = Math.min(MOST_AT_ONCE, lanes.size() / 2); // or nobody finds the time to cut over
    }

    private static int slot(ClusterLane lane) {
        return RedisCluster.slotOf(lane.keys.flag());
    }

    /** The next thing, if any is due. */
    void act() {
        if (moves.size() < atOnce) {
            ClusterLane lane = lanes.get(random.nextInt(lanes.size()));
            boolean moving = moves.stream().anyMatch(move -> move.lane == lane);
            if (!moving && lane.slot.tryLock()) {
                moves.add(new Move(lane));
            }
        }
        for (Move move : List.copyOf(moves)) {
            if (move.due <= System.nanoTime()) {
                if (move.goOn()) {
                    moves.remove(move);
                }
                if (random.nextDouble() < ABORTS) {
                    abort(move.lane);
                }
            }
        }
    }

    /** Beside what else happens. */
    private void abort(ClusterLane lane) {
        if (givesUp) {
            aborts.add(CompletableFuture.runAsync(lane::abort));
        }
    }

    /** Ends the moves that the key's primary has a part in. @return the primary */
    private RedisServer settled(ClusterLane lane) {
        for (Move move : List.copyOf(moves)) {
            if (move.lane == lane) {
                finish(move);
            }
        }
        RedisServer primary = rig.cluster.primaryOf(lane.keys.flag());
        for (Move move : List.copyOf(moves)) {
            if (move.from == primary || move.to == primary) {
                finish(move);
            }
        }
        rig.cluster.awaitOk();
        return primary;
    }

    private void finish(Move move) {
        move.finish();
        moves.remove(move);
    }

    private List<ClusterLane> on(RedisServer primary) {
        return lanes.stream()
                .filter(lane -> rig.cluster.primaryOf(lane.keys.flag()) == primary)
                .toList();
    }

    /**
     * Kills a primary while a symbol on it is cut over; its replica takes its time until the cluster is down; then it is elected, and the
     * killed one comes back as a replica. Other slots are in mid-move meanwhile.
     */
    void kill() throws InterruptedException {
        ClusterLane lane = lanes.get(random.nextInt(lanes.size()));
        RedisServer primary = settled(lane);
        RedisServer replica = rig.cluster.replicaOf(primary);
        RedisServer other = rig.cluster.otherPrimaryThan(lane.keys.flag());
        List<ClusterLane> hit = on(primary);
        lanes.forEach(any -> any.slot.lock());
        try {
            until(() -> hit.stream().anyMatch(any -> rig.isCuttingOver(any.keys.symbol())));
            primary.kill();
            replica.pause();
            hit.forEach(any -> any.tell("lost", Map.of("kept", "replicated", "killed", primary.port())));
            until(() -> isDown(other));
            lanes.stream().filter(any -> random.nextInt(4) == 0).forEach(this::abort);
            int before = rig.met.of(DOWN_AT_STAGING);
            until(() -> rig.met.of(DOWN_AT_STAGING) > before);
            replica.resume();
            rig.cluster.awaitTakenOver(lane.keys.flag(), primary);
            primary.restart();
            rig.cluster.awaitFollowing(primary);
            rig.cluster.awaitOk();
            rig.met.add("failovers, primary killed");
        } finally {
            lanes.forEach(any -> any.slot.unlock());
        }
    }

    private static boolean isDown(RedisServer server) {
        return new String((byte[]) server.command(Command.CLUSTER, "INFO"), StandardCharsets.UTF_8)
                .contains("cluster_state:fail");
    }

    /** Waits for it, but not for ever: recoveries may all have ended. */
    private static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(1);
        }
    }

    /** A replica takes over by agreement. */
    void failOver() {
        ClusterLane lane = lanes.get(random.nextInt(lanes.size()));
        RedisServer primary = settled(lane);
        List<ClusterLane> hit = on(primary);
        lanes.forEach(any -> any.slot.lock());
        try {
            rig.cluster.failOver(lane.keys.flag());
            rig.cluster.awaitFollowing(primary);
            hit.forEach(any -> any.tell("restarted", Map.of("kept", "all")));
            rig.met.add("failovers, agreed");
        } finally {
            lanes.forEach(any -> any.slot.unlock());
        }
    }

    /** Brings every slot to one place. */
    void end() {
        for (Move move : List.copyOf(moves)) {
            finish(move);
        }
        rig.cluster.awaitOk();
        aborts.forEach(CompletableFuture::join);
    }
}
