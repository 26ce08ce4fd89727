package io.reanchor.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Connections to one standalone Redis. Every wait is held to the operation's timeout, nothing is retried in here, and every failure
 * comes out typed. Thread-safe.
 */
final class RedisAccess implements AutoCloseable {
    private final HostAndPort address;
    private final String server;
    private final JedisClientConfig config;
    private final ConnectionPool pool;

    RedisAccess(RedisSettings settings) {
        if (!JedisURIHelper.isValid(settings.uri())) {
            throw new IllegalArgumentException("Redis at \"%s\": expected redis://host:port".formatted(settings.uri()));
        }
        int timeout = Math.toIntExact(settings.operationTimeout().toMillis());
        address = JedisURIHelper.getHostAndPort(settings.uri());
        server = settings.server();
        // RESP2: a reply has the same shape on every server.
        config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(timeout)
                .socketTimeoutMillis(timeout)
                .user(JedisURIHelper.getUser(settings.uri()))
                .password(JedisURIHelper.getPassword(settings.uri()))
                .database(JedisURIHelper.getDBIndex(settings.uri()))
                .ssl(JedisURIHelper.isRedisSSLScheme(settings.uri()))
                .protocol(RedisProtocol.RESP2)
                .build();
        GenericObjectPoolConfig<Connection> limits = new GenericObjectPoolConfig<>();
        limits.setMaxTotal(settings.connections());
        limits.setMaxIdle(settings.connections());
        limits.setMaxWait(Duration.ofMillis(timeout));
        limits.setJmxEnabled(false);
        pool = new ConnectionPool(address, config, limits);
    }

    /** Does something on a pooled connection. */
    <T> T with(String what, Function<Connection, T> work) {
        try (Connection connection = pool.getResource()) {
            return clean(connection, work);
        } catch (JedisException e) {
            throw failure(what, e);
        }
    }

    /** Does something on a connection that nobody else has used or will. */
    <T> T withDedicated(String what, Function<Connection, T> work) {
        try (Connection connection = new Connection(address, config)) {
            return work.apply(connection);
        } catch (JedisException e) {
            throw failure(what, e);
        }
    }

    /** The typed failure for what the client threw. */
    RedisStateException failure(String what, JedisException e) {
        if (e instanceof JedisConnectionException) {
            pool.clear(); // what was idle is likely as dead as this one
        }
        return RedisFailures.of(server, what, e);
    }

    /** The server's answer to PING and its role: {@code master}, {@code slave} or {@code sentinel}. */
    String role() {
        return with("health", connection -> {
            connection.sendCommand(Command.PING);
            connection.sendCommand(Command.ROLE);
            List<Object> replies = Replies.all(connection, 2);
            return Replies.text(Replies.list(replies.get(1)).get(0));
        });
    }

    /** Replies that nobody read would be taken for the next user's: such a connection is thrown away. */
    private static <T> T clean(Connection connection, Function<Connection, T> work) {
        boolean done = false;
        try {
            T result = work.apply(connection);
            done = true;
            return result;
        } finally {
            if (!done) {
                connection.setBroken();
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
