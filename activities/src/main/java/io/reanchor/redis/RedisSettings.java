package io.reanchor.redis;

import io.reanchor.kit.Keyspace;
import java.net.URI;
import java.time.Duration;

/**
 * How to reach Redis, and for how long what is written there may stay. Made by {@link #of}, then changed by {@code with…}.
 *
 * @param topology where the servers are
 * @param operationTimeout of every single operation: connecting, waiting for a reply, waiting for a pooled connection
 * @param connections pooled connections to each primary
 * @param keyspace the keys' names
 * @param lifetimes how long what is written stays
 * @param chunk fields a write of a staged hash
 * @param cutOverAttempts transactions that may be aborted by moving live keys before a cut-over gives up
 * @param replicas which a cut-over, or its undo, waits for
 */
public record RedisSettings(
        RedisTopology topology,
        Duration operationTimeout,
        int connections,
        Keyspace keyspace,
        Lifetimes lifetimes,
        int chunk,
        int cutOverAttempts,
        Replicas replicas) {

    /**
     * @param staged TTL of staged keys, renewed by every write: what an abandoned recovery leaves behind cleans itself up
     * @param retention how long the replaced state is kept
     * @param backstop how much longer its TTL is; the sweep comes first, since expiry frees on the server's main thread
     */
    public record Lifetimes(Duration staged, Duration retention, Duration backstop) {
        public static final Lifetimes DEFAULT =
                new Lifetimes(Duration.ofMinutes(2), Duration.ofMinutes(10), Duration.ofMinutes(10));

        public Lifetimes {
            positive("staged TTL", staged);
            positive("retention of the replaced state", retention);
            positive("backstop of the replaced state", backstop);
        }

        /** The TTL of what a cut-over replaced. */
        Duration old() {
            return retention.plus(backstop);
        }
    }

    /**
     * @param count how many replicas shall have it before it is answered; 0 for not asking
     * @param timeout how long they may take, beside the operation's own timeout
     */
    public record Replicas(int count, Duration timeout) {
        public static final Replicas NONE = new Replicas(0, Duration.ofSeconds(1));

        public Replicas {
            if (count < 0) {
                throw new IllegalArgumentException("redis.cutover.wait_replicas must be 0 or more, not " + count);
            }
            positive("redis.cutover.wait_timeout_ms", timeout);
        }
    }

    /** @throws IllegalArgumentException for what can't be, or a keyspace that a cluster would scatter */
    public RedisSettings {
        positive("redis.operation_timeout_ms", operationTimeout);
        if (chunk < 1 || chunk > 3000) {
            throw new IllegalArgumentException("chunk must be 1..3000 fields a write, not " + chunk);
        }
        if (cutOverAttempts < 1 || connections < 1) {
            throw new IllegalArgumentException("cut-over attempts and connections must be at least 1, not %d and %d"
                    .formatted(cutOverAttempts, connections));
        }
        if (topology instanceof RedisTopology.Cluster) {
            keyspace.requireOneSlot();
        }
    }

    /** The defaults, for one server at this address. */
    public static RedisSettings of(URI uri) {
        return of(RedisTopology.of(uri));
    }

    /** The defaults; in a cluster, with key names that carry a hash tag. */
    public static RedisSettings of(RedisTopology topology) {
        Keyspace names = topology instanceof RedisTopology.Cluster ? Keyspace.TAGGED : Keyspace.DEFAULT;
        return new RedisSettings(topology, Duration.ofMillis(100), 8, names, Lifetimes.DEFAULT, 500, 5, Replicas.NONE);
    }

    public RedisSettings withKeyspace(Keyspace names) {
        return new RedisSettings(
                topology, operationTimeout, connections, names, lifetimes, chunk, cutOverAttempts, replicas);
    }

    public RedisSettings withOperationTimeout(Duration timeout) {
        return new RedisSettings(topology, timeout, connections, keyspace, lifetimes, chunk, cutOverAttempts, replicas);
    }

    public RedisSettings withConnections(int pooled) {
        return new RedisSettings(
                topology, operationTimeout, pooled, keyspace, lifetimes, chunk, cutOverAttempts, replicas);
    }

    public RedisSettings withLifetimes(Lifetimes times) {
        return new RedisSettings(
                topology, operationTimeout, connections, keyspace, times, chunk, cutOverAttempts, replicas);
    }

    public RedisSettings withReplicas(Replicas waited) {
        return new RedisSettings(
                topology, operationTimeout, connections, keyspace, lifetimes, chunk, cutOverAttempts, waited);
    }

    private static void positive(String name, Duration duration) {
        if (duration.toMillis() < 1) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, not " + duration);
        }
    }
}
