package io.reanchor.redis;

import io.reanchor.workflow.FailureTypes;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** From what the client throws to what an operator reads. */
final class RedisFailures {
    /** The server says no for now: it loads, it fails over, it can't persist, it is full, it has forgotten our scripts. */
    private static final List<String> FOR_NOW = List.of(
            "LOADING",
            "BUSY",
            "MASTERDOWN",
            "READONLY",
            "NOREPLICAS",
            "MISCONF",
            "CLUSTERDOWN",
            "TRYAGAIN",
            "NOSCRIPT",
            "OOM ",
            "UNBLOCKED",
            "max number of clients");

    private static final String MEMORY = "there is memory: raise maxmemory, or free some";

    private RedisFailures() {}

    /** @param what what was being done, and to which keys */
    static RedisStateException of(String server, String what, JedisException e) {
        if (e instanceof JedisConnectionException) {
            return new RedisStateException(
                    FailureTypes.REDIS_UNAVAILABLE,
                    true,
                    "%s: Redis at %s doesn't answer: %s. Trying again helps once it does; see that it runs and that nothing blocks it (SLOWLOG)."
                            .formatted(what, server, root(e)),
                    e);
        }
        if (e instanceof JedisDataException) {
            return refused(server, what, String.valueOf(e.getMessage()), e);
        }
        // What is left are the pool's: no connection became free in time.
        return new RedisStateException(
                FailureTypes.REDIS_UNAVAILABLE,
                true,
                "%s: no connection to Redis at %s: %s. Trying again helps when fewer operations run at once."
                        .formatted(what, server, root(e)),
                e);
    }

    private static RedisStateException refused(String server, String what, String error, JedisException e) {
        if (FOR_NOW.stream().anyMatch(error::contains)) {
            return new RedisStateException(
                    FailureTypes.REDIS_UNAVAILABLE,
                    true,
                    "%s: Redis at %s refuses for now: %s. Trying again helps once %s."
                            .formatted(what, server, error, error.contains("OOM ") ? MEMORY : "that has passed"),
                    e);
        }
        return new RedisStateException(
                FailureTypes.REDIS_REFUSED,
                false,
                "%s: Redis at %s refuses: %s. %s".formatted(what, server, error, step(error)),
                e);
    }

    private static String step(String error) {
        String upper = error.toUpperCase(Locale.ROOT);
        if (upper.contains("WRONGTYPE")) {
            return "Trying again doesn't help: something else writes under that name; look with TYPE and remove it, or choose other key templates.";
        }
        if (upper.contains("NOPERM") || upper.contains("NOAUTH") || upper.contains("WRONGPASS")) {
            return "Trying again doesn't help: give the service's Redis user the rights it needs.";
        }
        return "Trying again doesn't help.";
    }

    private static String root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == e ? String.valueOf(e.getMessage()) : e.getMessage() + " (" + root.getMessage() + ")";
    }
}
