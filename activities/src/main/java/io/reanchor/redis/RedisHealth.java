package io.reanchor.redis;

import io.reanchor.kit.wire.Replies;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Whether every key could be written: PING, ROLE and this user's rights on each primary, and in a cluster whether all slots have one. On connections of
 * its own: a pool in use doesn't make Redis look down. Thread-safe.
 */
public final class RedisHealth {
    private final RedisTopology topology;
    private final RedisSettings settings;
    private final JedisClientConfig config;

    public RedisHealth(RedisSettings settings) {
        this.topology = settings.topology();
        this.settings = settings;
        this.config = ClientConfigs.connection(topology, settings.operationTimeout());
    }

    /**
     * @param up whether it can be written to
     * @param detail the topology as found, or what is wrong and the next step
     */
    public record Finding(boolean up, String detail) {}

    /** Takes no longer than the operation timeout, a few times over for each node. */
    public Finding look() {
        try {
            if (topology instanceof RedisTopology.Cluster cluster) {
                return cluster(cluster);
            }
            if (topology instanceof RedisTopology.Sentinel sentinel) {
                HostAndPort node = new Sentinels(sentinel, settings.operationTimeout()).primary();
                return one(node, "master at %s, named by the Sentinels".formatted(node));
            }
            return one(((RedisTopology.Standalone) topology).node(), "master");
        } catch (JedisException e) {
            return new Finding(false, RedisFailure.of(e).message(topology, null, e));
        }
    }

    private Finding one(HostAndPort node, String found) {
        try (Connection connection = new Connection(node, config)) {
            connection.sendCommand(Command.PING);
            connection.sendCommand(Command.ROLE);
            List<Object> replies = Replies.all(connection, 2);
            String role = Replies.text(Replies.list(replies.get(1)).get(0));
            if (!role.equals("master")) {
                return new Finding(
                        false,
                        "%s is a %s and can't be written to: point redis.uri (REDIS_URI) to the master, or wait for the failover's end"
                                .formatted(node, role));
            }
            List<String> lacking = RedisRights.lacking(connection, settings.keyspace());
            return lacking.isEmpty()
                    ? new Finding(true, found)
                    : new Finding(
                            false,
                            "%s: the service's user lacks rights: %s. Give it those of deploy/redis/users.acl; that takes effect at once"
                                    .formatted(node, String.join("; ", lacking)));
        } catch (JedisException e) {
            return new Finding(false, RedisFailure.of(e).message(topology, node, e));
        }
    }

    private Finding cluster(RedisTopology.Cluster cluster) {
        SlotMap map = slots(cluster);
        if (map.covered() < SlotMap.SLOTS || !map.state().equals("ok")) {
            return new Finding(
                    false,
                    "cluster_state is %s, %d of %d slots have a primary: look at CLUSTER INFO and CLUSTER NODES"
                            .formatted(map.state(), map.covered(), SlotMap.SLOTS));
        }
        for (HostAndPort primary : map.primaries()) {
            Finding finding = one(primary, "");
            if (!finding.up()) {
                return finding;
            }
        }
        return new Finding(
                true,
                "cluster of %d primaries, all slots covered"
                        .formatted(map.primaries().size()));
    }

    /** The first seed's that answers. */
    private SlotMap slots(RedisTopology.Cluster cluster) {
        JedisException first = null;
        for (HostAndPort seed : cluster.seeds()) {
            try (Connection connection = new Connection(seed, config)) {
                return SlotMap.read(connection, seed);
            } catch (JedisException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null ? new JedisException("no seeds") : first;
    }
}
