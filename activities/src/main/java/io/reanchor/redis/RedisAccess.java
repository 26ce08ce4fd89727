package io.reanchor.redis;

import io.reanchor.kit.Keyspace;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connections to the primary that owns a symbol's keys. Every wait is held to the operation's timeout, nothing is retried or
 * redirected in here, and every failure comes out typed, after what it tells of the topology was learned. Thread-safe.
 */
final class RedisAccess implements AutoCloseable {
    private final RedisTopology topology;
    private final JedisClientConfig config;
    private final Primaries primaries;

    RedisAccess(RedisSettings settings) {
        topology = settings.topology();
        config = ClientConfigs.connection(topology, settings.operationTimeout());
        primaries = Primaries.of(settings);
    }

    /** Does something with a symbol's keys, on a pooled connection. */
    <T> T with(Keyspace.Names names, String what, Function<Connection, T> work) {
        return withKey(names.flag(), what, work);
    }

    /** Does something with one key, on a pooled connection. */
    <T> T withKey(String key, String what, Function<Connection, T> work) {
        HostAndPort node = found(what, () -> primaries.of(key));
        return withPrimary(node, what, work);
    }

    /** Does something with a symbol's keys, on a connection that nobody else has used or will. */
    <T> T withDedicated(Keyspace.Names names, String what, Function<Connection, T> work) {
        HostAndPort node = found(what, () -> primaries.surelyOf(names.flag()));
        try (Connection connection = new Connection(node, config)) {
            return work.apply(connection);
        } catch (JedisException e) {
            throw failure(node, what, e);
        } catch (RedisStateException e) {
            throw learned(node, e);
        }
    }

    /** Every primary: a symbol's keys may be on any of them. */
    Collection<HostAndPort> primaries(String what) {
        return found(what, primaries::all);
    }

    /** Does something on one primary, on a pooled connection. */
    <T> T withPrimary(HostAndPort node, String what, Function<Connection, T> work) {
        try (Connection connection = primaries.pooled(node)) {
            return clean(connection, work);
        } catch (JedisException e) {
            throw failure(node, what, e);
        }
    }

    private <T> T found(String what, Supplier<T> search) {
        try {
            return search.get();
        } catch (JedisException e) {
            throw failure(null, what, e);
        }
    }

    private RedisStateException failure(@Nullable HostAndPort node, String what, JedisException e) {
        RedisFailure failure = RedisFailure.of(e);
        if (failure.isOfTopology()) {
            primaries.refresh(node, failure == RedisFailure.LOST);
        }
        return failure.told(topology, node, what, e);
    }

    /** What was made of the client's exception further down tells of the topology all the same. */
    private RedisStateException learned(HostAndPort node, RedisStateException told) {
        if (told.getCause() instanceof JedisException e && RedisFailure.of(e).isOfTopology()) {
            primaries.refresh(node, RedisFailure.of(e) == RedisFailure.LOST);
        }
        return told;
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
        primaries.close();
    }
}
