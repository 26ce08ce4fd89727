package io.reanchor.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;

/** The one server that was named. */
final class OnePrimary implements Primaries {
    private final HostAndPort node;
    private final ConnectionPool pool;

    OnePrimary(RedisTopology.Standalone topology, RedisSettings settings) {
        node = topology.node();
        pool = new ConnectionPool(
                node, ClientConfigs.connection(topology, settings.operationTimeout()), ClientConfigs.pool(settings));
    }

    @Override
    public HostAndPort of(String key) {
        return node;
    }

    @Override
    public List<HostAndPort> all() {
        return List.of(node);
    }

    @Override
    public Connection pooled(HostAndPort primary) {
        return pool.getResource();
    }

    @Override
    public void refresh(@Nullable HostAndPort at, boolean lost) {
        if (lost) {
            pool.clear();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
