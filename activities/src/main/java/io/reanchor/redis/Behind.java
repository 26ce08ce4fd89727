package io.reanchor.redis;

import io.reanchor.kit.Keyspace.Names;
import io.reanchor.kit.wire.Replies;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/** How far the book that has just gone live is behind its feed: for how long the oldest event that it lacks has stood in the journal. */
final class Behind {
    /** Ten seconds of the fastest stream there is. */
    private static final String LOOKED_AT = "100";

    private Behind() {}

    /** @return in milliseconds by Redis's clock, 0 when it lacks none; null when there is no journal, or nobody can tell */
    static @Nullable Long of(Connection connection, Names names, long lastUpdateId) {
        try {
            connection.sendCommand(Command.TIME);
            connection.sendCommand(Command.XREVRANGE, names.diffs(), "+", "-", "COUNT", LOOKED_AT);
            List<Object> replies = Replies.all(connection, 2);
            List<Object> time = Replies.list(replies.get(0));
            long now = Replies.number(time.get(0)) * 1000 + Replies.number(time.get(1)) / 1000;
            List<Object> entries = Replies.list(replies.get(1));
            long oldest = now;
            for (Object entry : entries) {
                List<Object> parts = Replies.list(entry);
                Map<String, String> fields = Replies.map(Replies.list(parts.get(1)), 0);
                long appended = Long.parseLong(Replies.text(parts.get(0)).split("-", -1)[0]);
                if (Long.parseLong(fields.getOrDefault("u", "0")) > lastUpdateId) {
                    oldest = Math.min(oldest, appended);
                }
            }
            return entries.isEmpty() ? null : Long.valueOf(now - oldest);
        } catch (JedisException | NumberFormatException e) {
            return null; // the cut-over is done; this is only told of it
        }
    }
}
