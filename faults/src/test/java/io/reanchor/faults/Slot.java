package io.reanchor.faults;

import io.reanchor.testkit.RedisCluster;
import io.reanchor.testkit.RedisServer;
import io.reanchor.testkit.SlotMove;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The slot of a symbol's keys, which can move from one primary of a cluster to another. Thread-safe. */
final class Slot implements AutoCloseable {
    private final RedisCluster cluster;
    private final String key;
    private @Nullable Begun begun;

    private record Begun(SlotMove move, RedisServer to) {}

    Slot(RedisCluster cluster, String key) {
        this.cluster = cluster;
        this.key = key;
    }

    RedisCluster cluster() {
        return cluster;
    }

    RedisServer owner() {
        return cluster.primaryOf(key);
    }

    /** Moves half of the keys that there are: of each key one primary must ask the other. */
    synchronized void begin() {
        RedisServer from = owner();
        RedisServer to = cluster.otherPrimaryThan(key);
        SlotMove move = cluster.beginMove(RedisCluster.slotOf(key), from, to);
        begun = new Begun(move, to);
        List<String> keys = move.left().stream().sorted().toList();
        move.move(keys.subList(0, keys.size() / 2));
    }

    /** Moves the rest, if it has begun. @return the new owner, or null */
    synchronized @Nullable RedisServer finish() {
        Begun last = begun;
        begun = null;
        if (last == null) {
            return null;
        }
        last.move.finish();
        return last.to;
    }

    @Override
    public void close() {
        cluster.close();
    }
}
