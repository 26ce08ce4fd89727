package io.reanchor.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The primaries of a Redis Cluster, by the map of slots that the client keeps. */
final class ClusterPrimaries implements Primaries {
    private static final Logger log = LoggerFactory.getLogger(ClusterPrimaries.class);

    private final RedisTopology.Cluster topology;
    private final RedisSettings settings;
    private final JedisClientConfig config;
    private final ReentrantLock discovering = new ReentrantLock();
    private volatile @Nullable ClusterConnectionProvider known;

    ClusterPrimaries(RedisTopology.Cluster topology, RedisSettings settings) {
        this.topology = topology;
        this.settings = settings;
        this.config = ClientConfigs.connection(topology, settings.operationTimeout());
    }

    @Override
    public HostAndPort of(String key) {
        int slot = JedisClusterCRC16.getSlot(key);
        HostAndPort node = provider().getNode(slot);
        if (node == null) {
            throw new JedisClusterOperationException("no primary is known for slot " + slot);
        }
        return node;
    }

    @Override
    public Collection<HostAndPort> all() {
        return nodes(provider().getPrimaryNodes().keySet());
    }

    @Override
    public Connection pooled(HostAndPort primary) {
        return provider().getConnection(primary);
    }

    @Override
    public void refresh(@Nullable HostAndPort node, boolean lost) {
        ClusterConnectionProvider provider = known;
        if (provider == null) {
            return; // the next call discovers
        }
        if (lost && node != null) {
            ConnectionPool pool = provider.getNodes().get(node.toString());
            if (pool != null) {
                pool.clear();
            }
        }
        HostAndPort informant = lost || node == null ? anyOther(provider, node) : node;
        try (Connection connection = new Connection(informant, config)) {
            provider.renewSlotCache(connection);
        } catch (JedisException e) {
            log.debug("{} tells nothing of the slots, asking the others", informant, e);
            provider.renewSlotCache();
        }
    }

    /** Not always the same: a node that is cut off from the others would tell the same old story each time. */
    private HostAndPort anyOther(ClusterConnectionProvider provider, @Nullable HostAndPort node) {
        List<HostAndPort> others = nodes(provider.getNodes().keySet());
        others.remove(node);
        Collections.shuffle(others);
        return others.isEmpty() ? topology.seeds().get(0) : others.get(0);
    }

    private static List<HostAndPort> nodes(Collection<String> names) {
        return new ArrayList<>(names.stream().map(HostAndPort::from).toList());
    }

    private ClusterConnectionProvider provider() {
        ClusterConnectionProvider provider = known;
        return provider == null ? discovered() : provider;
    }

    /** Whoever comes second waits as long as for anything else, not behind everybody's timeouts. */
    private ClusterConnectionProvider discovered() {
        Duration patience = settings.operationTimeout();
        try {
            if (!discovering.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new JedisConnectionException(
                        "the cluster's nodes aren't known yet, and another call asks for them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisConnectionException("interrupted while waiting for the cluster's nodes", e);
        }
        try {
            ClusterConnectionProvider provider = known;
            if (provider == null) {
                provider = new ClusterConnectionProvider(
                        new LinkedHashSet<>(topology.seeds()), config, ClientConfigs.pool(settings));
                known = provider;
            }
            return provider;
        } finally {
            discovering.unlock();
        }
    }

    @Override
    public void close() {
        ClusterConnectionProvider provider = known;
        if (provider != null) {
            provider.close();
        }
    }
}
