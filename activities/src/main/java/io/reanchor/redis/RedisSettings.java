package io.reanchor.redis;

import java.net.URI;
import java.time.Duration;

/**
 * How to reach Redis, and for how long what is written there may stay.
 *
 * @param uri {@code redis://[user:password@]host:port[/db]}, or {@code rediss} for TLS
 * @param clusterMode must be false: a Redis Cluster isn't supported yet
 * @param operationTimeout of every single operation: connecting, waiting for a reply, waiting for a pooled connection
 * @param keyspace the keys' names
 * @param stagedTtl TTL of staged keys, renewed by every write: what an abandoned recovery leaves behind cleans itself up
 * @param retention how long the replaced state is kept
 * @param backstop how much longer its TTL is; the sweep comes first, since expiry frees on the server's main thread
 * @param chunk fields a write of a staged hash
 * @param cutOverAttempts transactions that may be aborted by moving live keys before a cut-over gives up
 * @param connections pooled connections
 */
public record RedisSettings(
        URI uri,
        boolean clusterMode,
        Duration operationTimeout,
        Keyspace keyspace,
        Duration stagedTtl,
        Duration retention,
        Duration backstop,
        int chunk,
        int cutOverAttempts,
        int connections) {

    public RedisSettings {
        if (clusterMode) {
            throw new IllegalArgumentException(
                    "redis.cluster_mode: true isn't supported yet: expected false, and a standalone Redis");
        }
        positive("redis.operation_timeout_ms", operationTimeout);
        positive("staged TTL", stagedTtl);
        positive("retention of the replaced state", retention);
        positive("backstop of the replaced state", backstop);
        if (chunk < 1 || chunk > 3000) {
            throw new IllegalArgumentException("chunk must be 1..3000 fields a write, not " + chunk);
        }
        if (cutOverAttempts < 1 || connections < 1) {
            throw new IllegalArgumentException("cut-over attempts and connections must be at least 1, not %d and %d"
                    .formatted(cutOverAttempts, connections));
        }
    }

    /** The defaults, for a server at this address. */
    public static RedisSettings of(URI uri) {
        return new RedisSettings(
                uri,
                false,
                Duration.ofMillis(100),
                Keyspace.DEFAULT,
                Duration.ofMinutes(2),
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                500,
                5,
                8);
    }

    public RedisSettings withKeyspace(Keyspace names) {
        return new RedisSettings(
                uri,
                clusterMode,
                operationTimeout,
                names,
                stagedTtl,
                retention,
                backstop,
                chunk,
                cutOverAttempts,
                connections);
    }

    public RedisSettings withOperationTimeout(Duration timeout) {
        return new RedisSettings(
                uri,
                clusterMode,
                timeout,
                keyspace,
                stagedTtl,
                retention,
                backstop,
                chunk,
                cutOverAttempts,
                connections);
    }

    /** Without the password: for messages. */
    String server() {
        return uri.getHost() + ":" + uri.getPort();
    }

    private static void positive(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, not " + duration);
        }
    }
}
