package io.reanchor.redis;

import io.reanchor.kit.wire.Replies;
import java.util.List;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads the replies of a transaction: EXEC doesn't roll back, and the client doesn't throw for what failed inside it. */
final class Executed {
    private Executed() {}

    /** Whether an element that failed may have. */
    interface Allowed {
        boolean is(int element, JedisDataException e);
    }

    /** What an element that failed comes to. */
    interface Failed {
        RedisStateException of(int element, JedisDataException e);
    }

    /**
     * Looks at every element.
     *
     * @param replies of MULTI, of each command, of EXEC
     * @return whether it was executed; false when WATCH aborted it
     */
    static boolean all(List<Object> replies, Allowed allowed, Failed failed) {
        Object exec = replies.get(replies.size() - 1);
        if (exec == null) {
            return false;
        }
        if (exec instanceof JedisDataException aborted) {
            // EXECABORT: a command was refused while queueing, and nothing was applied. Its own error says why.
            throw replies.stream()
                    .filter(JedisDataException.class::isInstance)
                    .map(JedisDataException.class::cast)
                    .findFirst()
                    .orElse(aborted);
        }
        List<Object> elements = Replies.list(exec);
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof JedisDataException e && !allowed.is(i, e)) {
                throw failed.of(i, e);
            }
        }
        return true;
    }
}
