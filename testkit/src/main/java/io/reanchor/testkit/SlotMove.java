package io.reanchor.testkit;

import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Protocol.Command;

/** A slot on its way from one primary to another, step by step, so that a test can stop in the midst of it. */
public final class SlotMove {
    private final RedisCluster cluster;
    private final int slot;
    private final RedisServer from;
    private final RedisServer to;

    SlotMove(RedisCluster cluster, int slot, RedisServer from, RedisServer to) {
        this.cluster = cluster;
        this.slot = slot;
        this.from = from;
        this.to = to;
    }

    /** The keys of the slot that the source still has. */
    public List<String> left() {
        Object reply = from.command(Command.CLUSTER, "GETKEYSINSLOT", Integer.toString(slot), "1000");
        return ((List<?>) reply).stream().map(RedisCluster::text).toList();
    }

    /** Moves these keys. */
    public SlotMove move(List<String> keys) {
        if (!keys.isEmpty()) {
            List<String> args =
                    new ArrayList<>(List.of(to.host(), Integer.toString(to.port()), "", "0", "10000", "KEYS"));
            args.addAll(keys);
            from.command(Command.MIGRATE, args.toArray(String[]::new));
        }
        return this;
    }

    /** Moves what is left, and gives the slot to its new owner, which everybody has heard of afterwards. */
    public void finish() {
        finishUnheard();
        cluster.awaitOk();
    }

    /** Gives the slot to its new owner, with or without all of its keys. */
    public void give() {
        tellBoth();
        cluster.awaitOk();
    }

    /** As {@link #finish}, but the other nodes hear of it in their own time. */
    public void finishUnheard() {
        for (List<String> keys = left(); !keys.isEmpty(); keys = left()) {
            move(keys);
        }
        tellBoth();
    }

    private void tellBoth() {
        for (RedisServer server : List.of(to, from)) {
            RedisCluster.cluster(server, "SETSLOT", Integer.toString(slot), "NODE", RedisCluster.id(to));
        }
    }
}
