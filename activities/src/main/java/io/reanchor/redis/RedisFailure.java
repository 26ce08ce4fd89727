package io.reanchor.redis;

import io.reanchor.market.OneLine;
import io.reanchor.workflow.FailureTypes;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisClusterOperationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** What a failure of Redis means: whether it passes, whether the servers are others now, and what an operator does about it. */
enum RedisFailure {
    LOST(true, true, "Trying again helps once it does; see that it runs and that nothing blocks it (SLOWLOG)."),
    TLS(
            true,
            true,
            "Trying again helps once the certificates are right: look at redis.tls.ca_file, at the name that the server's certificate bears, and at redis.tls.certificate_file and key_file."),
    NO_CONNECTION(true, false, "Trying again helps when fewer operations run at once."),
    MOVED(true, true, "Trying again helps: the slot is another node's by now, and that one is asked next.", "MOVED "),
    MOVING(
            true,
            false,
            "Trying again helps once the slot is moved as a whole; where that doesn't end, look at the slot in CLUSTER NODES and finish it with redis-cli --cluster fix.",
            "ASK ",
            "TRYAGAIN",
            // A script that replaces a key: after its own UNLINK the node that gives the slot away won't create it
            // again.
            "attempted to access a non local key"),
    CLUSTER_DOWN(
            true,
            true,
            "Trying again helps once every slot has a primary again: look at CLUSTER INFO and CLUSTER NODES; a primary that is down and has no replica must be started.",
            "CLUSTERDOWN",
            "Cluster slots"),
    REPLICA(
            true,
            true,
            "Trying again helps once a failover is over; where there is none, it is a replica: name the primary in redis.uri.",
            "READONLY",
            "MASTERDOWN"),
    LOADING(true, false, "Trying again helps once it has read its data (loading_eta_seconds in INFO).", "LOADING"),
    NO_REPLICAS(
            true,
            false,
            "Trying again helps once enough replicas are connected: look at INFO replication, and at min-replicas-to-write.",
            "NOREPLICAS"),
    NOT_PERSISTING(
            true,
            false,
            "Trying again helps once it can write to its disk: look at its log, and at rdb_last_bgsave_status and aof_last_write_status in INFO.",
            "MISCONF"),
    FULL(true, false, "Trying again helps once there is memory: raise maxmemory, or free some.", "OOM "),
    RIGHTS(
            true,
            false,
            "Trying again helps once the service's Redis user has the rights it needs; ACL LOG says which, and so does the worker's /readyz.",
            "NOPERM",
            "NOAUTH",
            "WRONGPASS",
            "ACL failure",
            "The user executing the script can't",
            "no permissions"),
    FOR_NOW(
            true,
            false,
            "Trying again helps once that has passed.",
            "BUSY ",
            "NOSCRIPT",
            "UNBLOCKED",
            "max number of clients"),
    SCATTERED(
            false,
            false,
            "Trying again doesn't help: it is a Redis Cluster, so set redis.cluster_mode: true (REDIS_CLUSTER_MODE).",
            "CROSSSLOT"),
    NO_CLUSTER(
            false,
            false,
            "Trying again doesn't help: it is no Redis Cluster, so set redis.cluster_mode: false (REDIS_CLUSTER_MODE).",
            "cluster support disabled"),
    NO_SUCH_MASTER(
            false,
            false,
            "Trying again doesn't help: give redis.sentinel.master a name that SENTINEL MASTERS lists.",
            "No such master"),
    WRONG_TYPE(
            false,
            false,
            "Trying again doesn't help: something else writes under that name; look with TYPE and remove it, or choose other key templates.",
            "WRONGTYPE"),
    OTHER(false, false, "Trying again doesn't help.");

    /** A script's error comes with the script's own around it. */
    private static final int MAX_SHOWN = 400;

    private final boolean passes;
    private final boolean ofTopology;
    private final String step;
    private final List<String> marks;

    RedisFailure(boolean passes, boolean ofTopology, String step, String... marks) {
        this.passes = passes;
        this.ofTopology = ofTopology;
        this.step = step;
        this.marks = List.of(marks);
    }

    static RedisFailure of(JedisException thrown) {
        JedisException e = first(thrown);
        if (e instanceof JedisConnectionException) {
            return isOfTls(e) ? TLS : LOST;
        }
        // Not only at the start: what a script was refused comes with the script's own error around it.
        String message = String.valueOf(e.getMessage());
        for (RedisFailure failure : values()) {
            if (failure.marks.stream().anyMatch(message::contains)) {
                return failure;
            }
        }
        return e instanceof JedisDataException ? OTHER : NO_CONNECTION;
    }

    private static boolean isOfTls(Throwable e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    /** Whether the key's primary may be another one by now. */
    boolean isOfTopology() {
        return ofTopology;
    }

    /**
     * @param node where, or null when no node was found
     * @param what what was being done, and to which keys
     */
    RedisStateException told(RedisTopology topology, @Nullable HostAndPort node, String what, JedisException e) {
        boolean lasts = lasts(topology);
        return new RedisStateException(
                lasts ? FailureTypes.REDIS_REFUSED : FailureTypes.REDIS_UNAVAILABLE,
                !lasts,
                what + ": " + message(topology, node, e),
                e);
    }

    String message(RedisTopology topology, @Nullable HostAndPort node, JedisException e) {
        boolean lasts = lasts(topology);
        return "%s %s: %s. %s"
                .formatted(
                        place(topology, node),
                        verb(lasts),
                        OneLine.of(root(first(e)), MAX_SHOWN),
                        lasts && passes ? SCATTERED.step : step);
    }

    /** Where no cluster is expected, nobody follows the slot. */
    private boolean lasts(RedisTopology topology) {
        return !passes || (this == MOVED && !(topology instanceof RedisTopology.Cluster));
    }

    private String verb(boolean lasts) {
        return switch (this) {
            case LOST -> "doesn't answer";
            case TLS -> "can't be spoken to by TLS";
            case NO_CONNECTION -> "has no connection for it";
            default -> lasts ? "refuses" : "refuses for now";
        };
    }

    private static String place(RedisTopology topology, @Nullable HostAndPort node) {
        if (node == null || topology instanceof RedisTopology.Standalone) {
            return topology.shown();
        }
        return "%s (%s)".formatted(node, topology.shown());
    }

    /** Looking for the cluster's nodes, the client hides what the first seed said. */
    private static JedisException first(JedisException e) {
        if (!(e instanceof JedisClusterOperationException)) {
            return e;
        }
        for (Throwable hidden : e.getSuppressed()) {
            if (hidden instanceof JedisException first) {
                return first;
            }
        }
        return e;
    }

    private static String root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == e ? String.valueOf(e.getMessage()) : e.getMessage() + " (" + root.getMessage() + ")";
    }
}
