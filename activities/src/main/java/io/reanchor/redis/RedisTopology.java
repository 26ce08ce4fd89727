package io.reanchor.redis;

import java.net.URI;
import java.util.List;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.JedisURIHelper;

/** How to find the primary that a symbol's keys are on. */
public sealed interface RedisTopology {
    /** For the servers that hold keys. */
    RedisLogin login();

    /** The number of the database that the keys are in. */
    int database();

    /** For messages: what was configured, without any password. */
    String shown();

    /** One server; replicas that it may have are none of our business. */
    record Standalone(HostAndPort node, RedisLogin login, int database) implements RedisTopology {
        @Override
        public String shown() {
            return "Redis at " + node;
        }
    }

    /**
     * A Redis Cluster.
     *
     * @param seeds nodes to ask for the others; one that answers is enough
     * @param login for every node
     */
    record Cluster(List<HostAndPort> seeds, RedisLogin login) implements RedisTopology {
        public Cluster {
            seeds = some("a Redis Cluster", seeds);
        }

        /** A cluster has but the one. */
        @Override
        public int database() {
            return 0;
        }

        @Override
        public String shown() {
            return "Redis Cluster of " + joined(seeds);
        }
    }

    /**
     * A primary with replicas, which Sentinels name.
     *
     * @param master the name under which they watch it
     * @param nodes the Sentinels
     * @param sentinelLogin for the Sentinels
     * @param login for the servers that they watch
     */
    record Sentinel(String master, List<HostAndPort> nodes, RedisLogin sentinelLogin, RedisLogin login, int database)
            implements RedisTopology {
        public Sentinel {
            nodes = some("Sentinel", nodes);
        }

        @Override
        public String shown() {
            return "Redis \"%s\" of the Sentinels %s".formatted(master, joined(nodes));
        }
    }

    /**
     * One server.
     *
     * @param uri {@code redis://[user:password@]host:port[/db]}, or {@code rediss} for TLS
     */
    static RedisTopology of(URI uri) {
        if (!JedisURIHelper.isValid(uri)) {
            throw new IllegalArgumentException("Redis at \"%s:%d\": expected redis://host:port, with scheme and port"
                    .formatted(uri.getHost(), uri.getPort()));
        }
        return new Standalone(JedisURIHelper.getHostAndPort(uri), RedisLogin.of(uri), JedisURIHelper.getDBIndex(uri));
    }

    private static List<HostAndPort> some(String what, List<HostAndPort> nodes) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException(what + " needs at least one node to ask");
        }
        return List.copyOf(nodes);
    }

    private static String joined(List<HostAndPort> nodes) {
        return String.join(",", nodes.stream().map(HostAndPort::toString).toList());
    }
}
