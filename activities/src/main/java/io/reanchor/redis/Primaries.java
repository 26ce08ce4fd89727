package io.reanchor.redis;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/**
 * Which server holds which key, as far as is known. Nothing is looked for before it is asked for, so that a worker can start while
 * Redis isn't there. Everything throws the client's own exceptions. Thread-safe.
 */
interface Primaries extends AutoCloseable {
    static Primaries of(RedisSettings settings) {
        RedisTopology topology = settings.topology();
        if (topology instanceof RedisTopology.Cluster cluster) {
            return new ClusterPrimaries(cluster, settings);
        }
        if (topology instanceof RedisTopology.Sentinel sentinel) {
            return new SentinelPrimary(sentinel, settings);
        }
        return new OnePrimary((RedisTopology.Standalone) topology, settings);
    }

    /** The primary that owns this key's slot. */
    HostAndPort of(String key);

    /** As {@link #of}, but the best that can be known now: for the cut-over. */
    default HostAndPort surelyOf(String key) {
        return of(key);
    }

    /** Every primary. */
    Collection<HostAndPort> all();

    /** One of the connections that are kept. */
    Connection pooled(HostAndPort primary);

    /**
     * Learns anew, after a failure, so that the next call goes where it should. Doesn't fail: what couldn't be learned now is asked
     * for again by the next failure.
     *
     * @param node where it was, or null when it wasn't found
     * @param lost whether the connection broke; what is idle there is likely as dead
     */
    void refresh(@Nullable HostAndPort node, boolean lost);

    @Override
    void close();
}
