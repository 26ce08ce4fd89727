package io.reanchor.kit;

import io.reanchor.kit.wire.Replies;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.JedisURIHelper;

/** Where a writer's or reader's connections come from. Implementations are thread-safe. */
@FunctionalInterface
public interface Connections {
    /**
     * A new connection to the primary that holds the key by now; the caller closes it. After a failure a new one is asked for, and so leads to
     * whoever holds the key then.
     *
     * @throws JedisException when there is none
     */
    Connection open(String key);

    /** To one server. */
    static Connections standalone(HostAndPort server, JedisClientConfig config) {
        return key -> connected(server, config);
    }

    /**
     * To one server.
     *
     * @param redis {@code redis://user:password@host:port/database}, or {@code rediss://}
     * @param timeout of connecting, and of each reply
     */
    static Connections standalone(URI redis, Duration timeout) {
        JedisClientConfig config = DefaultJedisClientConfig.builder()
                .user(JedisURIHelper.getUser(redis))
                .password(JedisURIHelper.getPassword(redis))
                .database(JedisURIHelper.getDBIndex(redis))
                .ssl(JedisURIHelper.isRedisSSLScheme(redis))
                .connectionTimeoutMillis(Math.toIntExact(timeout.toMillis()))
                .socketTimeoutMillis(Math.toIntExact(timeout.toMillis()))
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED) // a user of least rights may not
                .build();
        return standalone(JedisURIHelper.getHostAndPort(redis), config);
    }

    /** To the primary that Sentinels name, the first of them that answers. */
    static Connections sentinel(
            String primary, List<HostAndPort> sentinels, JedisClientConfig config, JedisClientConfig ofSentinels) {
        return key -> firstOf(sentinels, "Sentinels of " + primary, sentinel -> {
            try (Jedis jedis = new Jedis(sentinel, ofSentinels)) {
                List<String> named = jedis.sentinelGetMasterAddrByName(primary);
                if (named == null) {
                    throw new JedisConnectionException(sentinel + " knows no primary " + primary);
                }
                return connected(new HostAndPort(named.get(0), Integer.parseInt(named.get(1))), config);
            }
        });
    }

    /** To the primary of the key's slot, as the first of the nodes that answers tells it. */
    static Connections cluster(List<HostAndPort> nodes, JedisClientConfig config) {
        return key -> firstOf(nodes, "nodes of the cluster", node -> {
            try (Connection asked = connected(node, config)) {
                return connected(ownerOf(JedisClusterCRC16.getSlot(key), asked, node), config);
            }
        });
    }

    private static HostAndPort ownerOf(int slot, Connection asked, HostAndPort node) {
        asked.sendCommand(Command.CLUSTER, "SLOTS");
        for (Object range : Replies.list(asked.getOne())) {
            List<Object> entry = Replies.list(range);
            if (Replies.number(entry.get(0)) <= slot && slot <= Replies.number(entry.get(1))) {
                List<Object> primary = Replies.list(entry.get(2));
                String host = Replies.textOrNull(primary.get(0)); // none: the one that was asked
                return new HostAndPort(
                        host == null || host.isEmpty() ? node.getHost() : host,
                        Math.toIntExact(Replies.number(primary.get(1))));
            }
        }
        throw new JedisConnectionException(node + " knows no primary of slot " + slot);
    }

    private static Connection firstOf(List<HostAndPort> nodes, String what, Function<HostAndPort, Connection> open) {
        JedisException last = new JedisConnectionException("no " + what + " given");
        for (HostAndPort node : nodes) {
            try {
                return open.apply(node);
            } catch (JedisException e) {
                last = e;
            }
        }
        throw new JedisConnectionException(
                "none of the " + what + " " + nodes + " led to a primary: " + last.getMessage(), last);
    }

    private static Connection connected(HostAndPort server, JedisClientConfig config) {
        Connection connection = new Connection(server, config);
        try {
            connection.connect();
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }
}
