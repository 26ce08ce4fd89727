package io.reanchor.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/**
 * The primary that the Sentinels name. They are asked at the first call, after a failure, and before every cut-over. The client's own
 * provider isn't used: it believes whichever Sentinel spoke last, and can't be told to ask again.
 */
final class SentinelPrimary implements Primaries {
    private record Known(HostAndPort primary, ConnectionPool pool) {}

    private final Sentinels sentinels;
    private final RedisSettings settings;
    private final JedisClientConfig config;
    private @Nullable Known known;

    SentinelPrimary(RedisTopology.Sentinel topology, RedisSettings settings) {
        this.sentinels = new Sentinels(topology, settings.operationTimeout());
        this.settings = settings;
        this.config = ClientConfigs.connection(topology, settings.operationTimeout());
    }

    @Override
    public HostAndPort of(String key) {
        synchronized (this) {
            if (known != null) {
                return known.primary();
            }
        }
        return surelyOf(key);
    }

    @Override
    public HostAndPort surelyOf(String key) {
        HostAndPort primary = sentinels.primary();
        use(primary);
        return primary;
    }

    @Override
    public List<HostAndPort> all() {
        return List.of(of(""));
    }

    @Override
    public Connection pooled(HostAndPort primary) {
        ConnectionPool pool = pool(primary);
        return pool == null ? new Connection(primary, config) : pool.getResource();
    }

    private synchronized @Nullable ConnectionPool pool(HostAndPort primary) {
        return known != null && known.primary().equals(primary) ? known.pool() : null;
    }

    private synchronized void use(HostAndPort primary) {
        if (pool(primary) == null) {
            forget();
            known = new Known(primary, new ConnectionPool(primary, config, ClientConfigs.pool(settings)));
        }
    }

    /** The next call asks. */
    @Override
    public void refresh(@Nullable HostAndPort node, boolean lost) {
        forget();
    }

    private synchronized void forget() {
        if (known != null) {
            known.pool().close();
            known = null;
        }
    }

    @Override
    public void close() {
        forget();
    }
}
