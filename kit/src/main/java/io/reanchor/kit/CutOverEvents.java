package io.reanchor.kit;

import io.reanchor.kit.wire.Fields;
import io.reanchor.kit.wire.Replies;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads the stream that tells of every cut-over, of all symbols, also to who wasn't there when it happened. It is written right after the
 * transaction and trimmed to some 10,000 entries. Immutable and thread-safe.
 */
public final class CutOverEvents {
    /** The stream, one for all symbols. */
    public static final String KEY = "reanchor:events";

    /** What comes before the first entry. */
    public static final String START = "0-0";

    private static final String PAGE = "1000";

    private final Connections connections;

    public CutOverEvents(Connections connections) {
        this.connections = connections;
    }

    /**
     * What came after an entry, oldest first, at most 1,000 at a time.
     *
     * @param id of the last entry that was read, or {@link #START}
     * @throws JedisException when Redis refuses, isn't there, or the id is none
     */
    public List<CutOverEvent> after(String id) {
        try (Connection on = connections.open(KEY)) {
            on.sendCommand(Command.XRANGE, KEY, "(" + id, "+", "COUNT", PAGE);
            List<CutOverEvent> events = new ArrayList<>();
            for (Object entry : Replies.list(on.getOne())) {
                List<Object> parts = Replies.list(entry);
                events.add(event(Replies.text(parts.get(0)), Replies.map(Replies.list(parts.get(1)), 0)));
            }
            return events;
        }
    }

    private static CutOverEvent event(String id, Map<String, String> fields) {
        Long at = number(fields.get("at"));
        return new CutOverEvent(
                id,
                fields.getOrDefault("symbol", ""),
                fields.getOrDefault(Fields.GEN, ""),
                fields.getOrDefault("replaced", ""),
                number(fields.get(Fields.LAST_UPDATE_ID)),
                number(fields.get(Fields.LAST_TRADE_ID)),
                at == null ? null : Instant.ofEpochMilli(at),
                fields);
    }

    private static @Nullable Long number(@Nullable String text) {
        return text == null || !Fields.isId(text) ? null : Long.valueOf(text);
    }
}
